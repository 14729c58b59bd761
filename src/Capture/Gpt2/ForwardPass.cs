using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture.Gpt2;

/// <summary>What one forward pass recorded. Its tensors belong to the dispose scope that was open when it ran.</summary>
public sealed class ForwardPass
{
    private readonly Dictionary<ActivationSite, Tensor> _places = [];
    private readonly IReadOnlySet<ActivationSite>? _keep;

    internal ForwardPass(IReadOnlySet<ActivationSite>? keep) => _keep = keep;

    /// <summary>The residual stream after the final layer norm, <c>[batch, tokens, d_model]</c>.</summary>
    [NotNull]
    public Tensor? Final { get => field!; internal set; }

    /// <summary>The sites that were recorded.</summary>
    public IReadOnlyCollection<ActivationSite> Sites => _places.Keys;

    /// <summary>The activation at a recorded site, <c>[batch, tokens, …]</c>, still in the graph.</summary>
    public Tensor this[ActivationSite site] => _places[site];

    /// <summary>
    /// Gradients of a scalar with respect to recorded activations. A sum over the batch of what each sequence gives keeps sequences apart.
    /// </summary>
    /// <param name="scalar">A value computed from this pass.</param>
    /// <param name="sites">Recorded sites.</param>
    /// <param name="retainGraph">Whether another call will follow.</param>
    /// <returns>A gradient for each site that the scalar depends on, of the activation's shape.</returns>
    public IReadOnlyDictionary<ActivationSite, Tensor> Gradients(
        Tensor scalar, IReadOnlyList<ActivationSite> sites, bool retainGraph = false)
    {
        if (sites.Count == 0 || !scalar.requires_grad)
        {
            return new Dictionary<ActivationSite, Tensor>();
        }

        var inputs = sites.Select(site => _places[site]).ToList();
        var gradients = torch.autograd.grad([scalar], inputs, retain_graph: retainGraph, allow_unused: true);
        return sites.Zip(gradients).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    internal void Record(string location, int? layer, Tensor value)
    {
        var site = new ActivationSite(location, layer);
        if (_keep?.Contains(site) ?? true)
        {
            _places.Add(site, value);
        }
    }
}
