using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Traces;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Scalars;

/// <summary>What a derived scalar plans with: one request, and where its values can come from.</summary>
internal sealed class ScalarPlanner
{
    private readonly PlanningServices _services;
    private readonly DerivedScalar _scalar;
    private readonly Lazy<AutoencoderReference> _autoencoder;
    private readonly Lazy<IReadOnlyList<ResolvedAutoencoder>> _layers;

    /// <exception cref="InvalidInputException">The request gives a field that its derived scalar does not take, or lacks one.</exception>
    public ScalarPlanner(PlanningServices services, DerivedScalarRequest request, DerivedScalar scalar, ScalarName name)
    {
        _services = services;
        _scalar = scalar;
        Request = request;
        _autoencoder = new(() => services.Selection.Select(request, name, scalar));
        _layers = new(() => services.Resolver.Layers(request, Autoencoder));
        Validate();
    }

    public Recipe Recipe => _services.Recipe;

    public PlanGraph Graph => _services.Graph;

    public AutoencoderResolver Resolver => _services.Resolver;

    public AutoencoderSources Autoencoders => _services.Autoencoders;

    public GradientSources Gradients => _services.Gradients;

    public ModelDimensions Model => Graph.Context.Model;

    public bool ReferenceCompatible => Recipe.ReferenceCompatible;

    /// <summary>The request being planned.</summary>
    public DerivedScalarRequest Request { get; }

    /// <summary>What errors about the request name.</summary>
    public string Subject => $"derived scalar '{Request.Name}'";

    /// <summary>The autoencoder that the request is about.</summary>
    public AutoencoderReference Autoencoder => _autoencoder.Value;

    /// <summary>The autoencoder at each requested layer, ascending.</summary>
    public IReadOnlyList<ResolvedAutoencoder> Layers => _layers.Value;

    /// <summary>The shape of a value at the place that an autoencoder reconstructs.</summary>
    public static DerivedShape ShapeAt(AutoencoderInput place) => place switch
    {
        AutoencoderInput.MlpPostAct => DerivedShape.Neurons,
        AutoencoderInput.AttnVOut => DerivedShape.Heads,
        _ => DerivedShape.Residual,
    };

    /// <summary>The autoencoder at each requested layer, known to write to the residual stream.</summary>
    /// <exception cref="InvalidInputException">What it reconstructs is read by the MLP, and not added to the stream.</exception>
    public IReadOnlyList<ResolvedAutoencoder> WritingLayers() => Autoencoder.Target!.Value.NodeType() != AutoencoderNodeType.MlpInput
        ? Layers
        : throw new InvalidInputException(
            Subject,
            $"'{Autoencoder.Name}' reconstructs {Autoencoder.Target!.Value.Location()}, which the MLP reads: nothing of it is added to the "
                + "residual stream, so it has no write; its latents, errors and their gradients are defined");

    /// <summary>Adds the request's values to the plan's graph.</summary>
    public IReadOnlyList<PlannedOutput> Plan() => [.. _scalar.Plan(this)];

    /// <summary>The request's trace, known to be one activation of the model; <see langword="null"/> without one.</summary>
    public ResolvedTrace? ResolveTrace(AutoencoderReference? autoencoder) =>
        Request.Trace is { } trace ? _services.Traces.Resolve(trace, Subject, autoencoder) : null;

    /// <summary>The autoencoder that the request's trace of a latent means.</summary>
    public ResolvedAutoencoder TracedAutoencoder() => _services.Traces.Autoencoder(Request.Trace!, $"{Subject}, trace", Autoencoder);

    /// <summary>A sparse output of one value a latent.</summary>
    public PlannedOutput Latents(ResolvedAutoencoder autoencoder, SparseNode node) => new(
        new DerivedOutput(
            Request.Name, autoencoder.Layer, Request.Type, DerivedShape.Latents, autoencoder.Header.LatentCount, 0, autoencoder.Key), node);

    /// <summary>A sparse output of one vector a latent.</summary>
    public PlannedOutput Vectors(ResolvedAutoencoder autoencoder, VectorsNode node, int layer) => new(
        new DerivedOutput(
            Request.Name, layer, Request.Type, DerivedShape.LatentVectors, autoencoder.Header.LatentCount, node.VectorWidth,
            autoencoder.Key with { Layer = layer }), node);

    /// <summary>A dense output.</summary>
    public PlannedOutput Dense(int layer, DerivedShape shape, DenseNode node, AutoencoderKey? autoencoder = null) => new(
        new DerivedOutput(Request.Name, layer, Request.Type, shape, node.Width, 0, autoencoder), node);

    /// <summary>An output that is zero, because nothing at this layer reaches the place of the gradient.</summary>
    public PlannedOutput Masked(ResolvedAutoencoder autoencoder, DerivedShape shape, int width, GradientPlace place) => new(
        new DerivedOutput(
            Request.Name, autoencoder.Layer, Request.Type, shape, width, 0, autoencoder.Key,
            $"{autoencoder.Key} comes after the place of the gradient, {place.Location} of layer {place.Layer}"), null);

    private void Validate()
    {
        if (Request.Trace is not null && _scalar.Trace == TraceUse.None)
        {
            throw new InvalidInputException(Subject, $"{Request.Type} takes no trace: it has no gradient of a traced activation");
        }

        if (Request.Trace is null && _scalar.Trace == TraceUse.Required)
        {
            throw new InvalidInputException(Subject, $"{Request.Type} needs a \"trace\": the activation whose gradient it recomputes");
        }

        if (!_scalar.TakesSelection && (Request.Latents ?? Request.Tokens) is not null)
        {
            throw new InvalidInputException(
                Subject, $"{Request.Type} is computed for all latents and tokens; leave latents and tokens out");
        }
    }
}
