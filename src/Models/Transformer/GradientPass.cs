using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// The backward passes of a batch, from the last layer that they need to the first. The forward pass keeps what each layer reads and no
/// graph; a layer is computed once more when its turn comes. So memory holds the graph of one layer, whatever the model's depth.
/// </summary>
internal sealed class GradientPass
{
    private static readonly ActivationSite LogitsSite = new(ModelLocations.Logits, null);
    private static readonly ActivationSite EmbeddingSite = new(ModelLocations.ResidPostEmb, null);

    private readonly Architecture _architecture;
    private readonly ModelWeights _weights;
    private readonly SequenceBatch _batch;
    private readonly BatchPositions _positions;
    private readonly RecordingRequest _request;
    private readonly IReadOnlyList<IActivationHook> _hooks;
    private readonly Recorder _forward;
    private readonly DisposeScope _scope;
    private readonly Dictionary<int, Tensor> _inputs = [];
    private readonly int _lowest;

    /// <summary>Prepares.</summary>
    /// <param name="architecture">The model's architecture.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="positions">Their positions.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="hooks">What acts on the forward pass.</param>
    /// <param name="forward">The forward pass's recorder, which keeps the residual streams of traces.</param>
    /// <param name="scope">The dispose scope of the whole pass.</param>
    public GradientPass(
        Architecture architecture,
        ModelWeights weights,
        SequenceBatch batch,
        BatchPositions positions,
        RecordingRequest request,
        IReadOnlyList<IActivationHook> hooks,
        Recorder forward,
        DisposeScope scope)
    {
        (_architecture, _weights, _batch, _positions) = (architecture, weights, batch, positions);
        (_request, _hooks, _forward, _scope) = (request, hooks, forward, scope);
        _lowest = request.Backward.SelectMany(LayerSites).Select(FirstLayer).DefaultIfEmpty(int.MaxValue).Min();
    }

    /// <summary>Told what a layer reads, <c>[tokens, d_model]</c>: whether it is needed.</summary>
    public bool KeepInput(int layer, Tensor input)
    {
        if (layer >= _lowest)
        {
            _inputs.Add(layer, input);
        }

        // What a trace starts from lives on too.
        return layer >= _lowest || _forward.Kept.Values.Any(kept => ReferenceEquals(kept, input));
    }

    /// <summary>Runs the backward passes in order.</summary>
    /// <param name="residual">The residual stream behind the last layer that was computed.</param>
    /// <param name="recordings">Gets the result of each.</param>
    public void Run(Tensor residual, List<GradientRecording> recordings)
    {
        foreach (var wanted in _request.Backward)
        {
            var gradients = new Dictionary<ActivationSite, Tensor>();
            var start = Start(wanted, residual, gradients);
            recordings.Add(new GradientRecording(start.Losses, gradients));
            var slope = start.Slope;
            if (LayerSites(wanted).Count == 0)
            {
                continue;
            }

            var (first, last) = (LayerSites(wanted).Min(FirstLayer), LayerSites(wanted).Append(start.Site).Max(site => site.Layer ?? -1));
            Tensor? behind = null;
            for (var layer = last; layer >= first; layer--)
            {
                var (at, inside) = start.Site.Layer == layer ? (start.Site, slope) : (default, null);
                if (at.Location == ModelLocations.ResidPostMlp)
                {
                    (behind, inside) = (inside, null);
                }

                behind = Through(layer, wanted, behind, at, inside, gradients);
            }

            if (wanted.Sites.Contains(EmbeddingSite))
            {
                var gradient = start.Site == EmbeddingSite ? slope : behind;
                gradients[EmbeddingSite] = (gradient ?? torch.zeros_like(_inputs[0])).alias().DetachFromDisposeScope();
            }
        }
    }

    private static IReadOnlyList<ActivationSite> LayerSites(GradientRequest wanted) =>
        [.. wanted.Sites.Where(site => site != LogitsSite).Distinct()];

    private static int FirstLayer(ActivationSite site) => site.Layer ?? 0;

    // Where gradients begin, the gradient there (null where nothing depends on it), and the losses.
    private (ActivationSite Site, Tensor? Slope, IReadOnlyList<double> Losses) Start(
        GradientRequest wanted, Tensor residual, Dictionary<ActivationSite, Tensor> gradients)
    {
        using var mode = torch.enable_grad(true);
        if (wanted.Trace is { } trace)
        {
            var leaves = _forward.Kept.ToDictionary(entry => entry.Key, entry => Leaf(entry.Value));
            var silent = Recorder.Silent(_scope);
            var values =
                new TracedActivation(_architecture, _weights, _batch, _positions, leaves, silent, _hooks, wanted.Loss).Values(trace);
            var site = TracedActivation.Before(trace, _architecture, _hooks);
            var slope = values.requires_grad ? Known(torch.autograd.grad([values], [leaves[site]], [torch.ones_like(values)])[0]) : null;
            return (site, slope, TensorReader.Doubles(values.detach()));
        }

        var leaf = Leaf(residual);
        var final = Norm.Apply(_architecture, _weights.FinalNorm!, leaf);
        LossGradients loss;
        using (torch.enable_grad(false))
        {
            loss = new Head(_architecture, _weights.Head!)
                .Gradients(wanted.Loss, final.detach(), _batch, wanted.Sites.Contains(LogitsSite));
        }

        if (loss.Logits is { } logits)
        {
            gradients.Add(LogitsSite, logits.DetachFromDisposeScope());
        }

        return (TracedActivation.AfterLastLayer(_architecture), torch.autograd.grad([final], [leaf], [loss.Final])[0], loss.Losses);
    }

    // One layer's backward pass: from the gradient behind it, and perhaps one at a site inside, to that of what it reads.
    private Tensor? Through(
        int layer, GradientRequest wanted, Tensor? behind, ActivationSite at, Tensor? inside, Dictionary<ActivationSite, Tensor> gradients)
    {
        using var scope = torch.NewDisposeScope();
        using var mode = torch.enable_grad(true);
        var sites = LayerSites(wanted).Where(site => site.Layer == layer).ToList();
        var recorder = new Recorder([], inside is null ? sites : [.. sites, at], _hooks, scope);
        var input = Leaf(_inputs[layer]);
        var output = new DecoderLayer(_architecture, _architecture.Layers[layer], _weights.Layers[layer], layer)
            .Forward(input, _batch, _positions, recorder);
        var values = sites.Select(site => recorder.Kept[site]).ToList();
        (Tensor? Slope, Tensor Of)[] known = [(behind, output), (inside, inside is null ? output : recorder.Kept[at])];
        var given = known.Where(pair => pair.Slope is not null).ToList();
        var results = given.Count == 0
            ? null
            : torch.autograd.grad(
                [.. given.Select(pair => pair.Of)], [input, .. values], [.. given.Select(pair => pair.Slope!)], allow_unused: true);
        for (var i = 0; i < sites.Count; i++)
        {
            // A value that the loss does not depend on has none.
            var gradient = Known(results?[i + 1]) ?? torch.zeros_like(values[i]);
            gradients.Add(sites[i], gradient.detach().contiguous().DetachFromDisposeScope());
        }

        return Known(results?[0])?.detach().MoveToOuterDisposeScope();
    }

    private static Tensor Leaf(Tensor value) => value.detach().requires_grad_(true);

    // What nothing depends on has no gradient: nothing, or a tensor without content.
    private static Tensor? Known(Tensor? gradient) => gradient is { IsInvalid: false } ? gradient : null;
}
