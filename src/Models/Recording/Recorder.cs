using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>Sees every site of a forward pass: keeps what was asked for and lets hooks act.</summary>
internal sealed class Recorder
{
    private readonly HashSet<ActivationSite> _forward;
    private readonly HashSet<ActivationSite> _kept;
    private readonly ILookup<ActivationSite, IActivationHook> _hooks;

    private readonly DisposeScope _scope;

    /// <summary>Prepares a pass.</summary>
    /// <param name="forward">What is recorded.</param>
    /// <param name="kept">Values that backward passes need.</param>
    /// <param name="hooks">What acts on values.</param>
    /// <param name="scope">The dispose scope of the whole pass.</param>
    public Recorder(
        IEnumerable<ActivationSite> forward,
        IEnumerable<ActivationSite> kept,
        IReadOnlyList<IActivationHook> hooks,
        DisposeScope scope)
    {
        (_forward, _kept, _scope) = ([.. forward], [.. kept], scope);
        _hooks = hooks.ToLookup(hook => hook.Site);
    }

    /// <summary>One that records nothing and lets no hook act.</summary>
    public static Recorder Silent(DisposeScope scope) => new([], [], [], scope);

    /// <summary>Recorded activations, apart from the graph and from every dispose scope.</summary>
    public Dictionary<ActivationSite, Tensor> Activations { get; } = [];

    /// <summary>Values that backward passes need, in the graph where there is one.</summary>
    public Dictionary<ActivationSite, Tensor> Kept { get; } = [];

    /// <summary>Whether anything asks for the site.</summary>
    public bool Wants(string location, int? layer)
    {
        var site = new ActivationSite(location, layer);
        return _forward.Contains(site) || _kept.Contains(site) || _hooks.Contains(site);
    }

    /// <summary>Lets a tensor live as long as the pass.</summary>
    public Tensor Keep(Tensor tensor) =>
        // A tensor that is moved to the scope where it is would outlive the scope and bring the process down when it is finalized.
        _scope.Contains(tensor) ? tensor : tensor.MoveToOtherDisposeScope(_scope);

    /// <summary>Shows a value. Returns what the model goes on with.</summary>
    /// <param name="location">Where.</param>
    /// <param name="layer">In which layer.</param>
    /// <param name="value"><c>[tokens, width]</c>.</param>
    public Tensor Visit(string location, int? layer, Tensor value)
    {
        var site = new ActivationSite(location, layer);
        Record(site, value);
        foreach (var hook in _hooks[site])
        {
            value = hook.Apply(value, Record);
        }

        return value;
    }

    private void Record(ActivationSite site, Tensor value)
    {
        if (_forward.Contains(site) && !Activations.ContainsKey(site))
        {
            Activations.Add(site, value.detach().contiguous().DetachFromDisposeScope());
        }

        if (_kept.Contains(site))
        {
            Kept[site] = Keep(value);
        }
    }
}
