using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Traces;

namespace AeServerless.Engine.Planning;

/// <summary>
/// What a recipe means for a dataset: a graph of values in which shared work appears once, the recorded tensors that it reads, and the
/// outputs that it computes. Immutable; any number of chunks can be computed from one plan.
/// </summary>
public sealed class DerivationPlan
{
    private readonly PlanGraph _graph;

    private DerivationPlan(
        Recipe recipe,
        PlanGraph graph,
        IReadOnlyList<PlannedOutput> outputs,
        IReadOnlyList<PlannedMetrics> metrics,
        IReadOnlyList<AutoencoderKey> normAutoencoders)
    {
        _graph = graph;
        NormAutoencoders = normAutoencoders;
        Recipe = recipe;
        PlannedOutputs = outputs;
        Metrics = metrics;
        Outputs = [.. outputs.Select(output => output.Output)];
        Autoencoders = [.. metrics.Select(metric => metric.Autoencoder)];
        RecordedNodes = [.. graph.Nodes.OfType<RecordedRows>()];
        Reads =
        [
            .. RecordedNodes.Where(read => !read.Recorded.IsRun)
                .Select(read => new TensorRead(read.Tensor, read.Width, read.Width * read.Recorded.BytesPerValue)),
        ];
    }

    /// <summary>The recipe that was planned.</summary>
    public Recipe Recipe { get; }

    /// <summary>What was known of the dataset.</summary>
    public PlanContext Context => _graph.Context;

    /// <summary>The recorded tensors that are read, each once.</summary>
    public IReadOnlyList<TensorRead> Reads { get; }

    /// <summary>The tensors that the model is run for, each once.</summary>
    public IReadOnlyList<string> Runs => [.. RecordedNodes.Where(node => node.Recorded.IsRun).Select(node => node.Tensor)];

    /// <summary>What running the model takes; <see langword="null"/> where it is not run.</summary>
    public RunEstimate? RunEstimate => Runs.Count > 0 ? Context.Runnable?.Estimate(Runs) : null;

    /// <summary>Bytes a token that the tensors that are run would take if they were stored in float32.</summary>
    public long BytesRunPerToken => RecordedNodes.Where(node => node.Recorded.IsRun).Sum(node => 4L * node.Width);

    /// <summary>What is computed: one output for each request and layer, in the recipe's order, layers ascending.</summary>
    public IReadOnlyList<DerivedOutput> Outputs { get; }

    /// <summary>The autoencoders that token metrics are computed of.</summary>
    public IReadOnlyList<AutoencoderKey> Autoencoders { get; }

    /// <summary>For each value that could be recorded: whether it is, or from what it is derived and why.</summary>
    public IReadOnlyList<SourceDecision> Sources => _graph.Sources;

    /// <summary>Whether some value needs whole sequences at once. Chunks always hold whole sequences.</summary>
    public bool NeedsWholeSequences => Nodes.Any(node => node.NeedsWholeSequences);

    /// <summary>Bytes of recorded rows read a token.</summary>
    public long BytesReadPerToken => Reads.Sum(read => (long)read.BytesPerToken);

    /// <summary>Floating point operations a token, with <c>k</c> active latents for TopK and 100 for others.</summary>
    public double FlopsPerToken => Nodes.Sum(node => node.Flops);

    /// <summary>The autoencoders whose inputs' norms decide which tokens count.</summary>
    public IReadOnlyList<AutoencoderKey> NormAutoencoders { get; }

    /// <summary>Whether the recipe keeps tokens out of some statistics.</summary>
    public bool ExcludesTokens => Recipe.Exclude is not null || Recipe.DerivedScalars.Any(request => request.Exclude is not null);

    internal IReadOnlyList<PlanNode> Nodes => _graph.Nodes;

    internal IReadOnlyList<RecordedRows> RecordedNodes { get; }

    internal IReadOnlyList<PlannedOutput> PlannedOutputs { get; }

    internal IReadOnlyList<PlannedMetrics> Metrics { get; }

    /// <summary>Plans a recipe for a dataset.</summary>
    /// <exception cref="InvalidInputException">
    /// The recipe asks for what doesn't exist, is ambiguous or can't be derived from what the dataset has; the message says what would be
    /// right.
    /// </exception>
    public static DerivationPlan Create(Recipe recipe, PlanContext context)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(context);
        recipe = RecipePlaces.Complete(recipe, context);
        if (recipe.ReferenceCompatible)
        {
            ValidateOnePerNodeType(recipe);
        }

        var graph = new PlanGraph(context);
        var autoencoders = new AutoencoderSources(recipe, graph);
        var resolver = new AutoencoderResolver(recipe, context);
        var services = new PlanningServices(
            recipe, graph, new AutoencoderSelection(recipe), resolver, autoencoders, new GradientSources(recipe, graph, autoencoders),
            new TraceResolver(recipe, context, resolver));
        var outputs = new List<PlannedOutput>();
        foreach (var request in recipe.DerivedScalars)
        {
            var (scalar, name) = DerivedScalars.Find(request.Type);
            outputs.AddRange(new ScalarPlanner(services, request, scalar, name).Plan());
        }

        var twice = outputs.GroupBy(output => (output.Output.Scalar, output.Output.Layer)).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidInputException(
                $"derived scalar '{twice.Key.Scalar}'",
                $"layer {twice.Key.Layer} is asked for twice; give each request a \"name\" of its own");
        }

        var metrics = (recipe.Outputs & (RecipeOutputs.Statistics | RecipeOutputs.Tokens)) == 0 ? [] : autoencoders.Metrics();
        var norms = PlannedExclusions.NormAutoencoders(recipe, outputs, metrics);
        foreach (var key in norms)
        {
            autoencoders.OnlineInput(resolver.Resolve(recipe.Autoencoder(key.Name), key.Layer, PlannedExclusions.Subject));
        }

        return new DerivationPlan(recipe, graph, outputs, metrics, norms);
    }

    /// <summary>What is kept out of an output's statistics, or <see langword="null"/>.</summary>
    public TokenExclusion? ExclusionOf(DerivedOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return PlannedExclusions.Of(Recipe, output);
    }

    /// <summary>A plan whose outputs are what the autoencoders of <see cref="NormAutoencoders"/> read.</summary>
    internal DerivationPlan AutoencoderInputs()
    {
        var graph = new PlanGraph(Context);
        var (sources, resolver) = (new AutoencoderSources(Recipe, graph), new AutoencoderResolver(Recipe, Context));
        var outputs = new List<PlannedOutput>();
        foreach (var key in NormAutoencoders)
        {
            var input = sources.OnlineInput(resolver.Resolve(Recipe.Autoencoder(key.Name), key.Layer, PlannedExclusions.Subject));
            outputs.Add(
                new PlannedOutput(new DerivedOutput(key.Name, key.Layer, "input", DerivedShape.Residual, input.Width, 0, key), input));
        }

        return new DerivationPlan(Recipe, graph, outputs, [], NormAutoencoders);
    }

    /// <summary>What will be read, computed and written, for people.</summary>
    public string Describe() => PlanDescription.Write(this);

    /// <summary>What it comes to over a dataset of so many tokens, for people.</summary>
    public string DescribeTotal(long tokens) => PlanDescription.Total(this, tokens);

    /// <summary>The plan for people, by subject, and what it comes to over a dataset.</summary>
    /// <param name="tokens">Tokens of the dataset.</param>
    /// <returns>Headings, and the lines below each.</returns>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Facts(long tokens) => PlanDescription.Facts(this, tokens);

    private static void ValidateOnePerNodeType(Recipe recipe)
    {
        var twice = recipe.Autoencoders.GroupBy(autoencoder => autoencoder.ExplainedNode).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidInputException(
                "recipe, autoencoders",
                $"{string.Join(" and ", twice.Select(autoencoder => autoencoder.Name))} are of one node type, and the reference takes "
                + "one of each; leave referenceCompatible out to use both");
        }
    }
}
