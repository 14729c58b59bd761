using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Sources;

/// <summary>The values of a plan under construction: each is listed once, after the values that it is computed from.</summary>
internal sealed class PlanGraph(PlanContext context)
{
    private readonly Dictionary<string, PlanNode> _byKey = [];
    private readonly List<PlanNode> _nodes = [];
    private readonly List<SourceDecision> _sources = [];

    public PlanContext Context { get; } = context;

    public IReadOnlyList<PlanNode> Nodes => _nodes;

    public IReadOnlyList<SourceDecision> Sources => _sources;

    /// <summary>The node itself, or the one that is the same value.</summary>
    public T Add<T>(T node)
        where T : PlanNode
    {
        if (_byKey.TryGetValue(node.Key, out var known))
        {
            return (T)known;
        }

        node.Index = _nodes.Count;
        _nodes.Add(node);
        _byKey.Add(node.Key, node);
        return node;
    }

    /// <summary>Says where a value comes from; once for each value.</summary>
    public void Decide(string value, bool recorded, string reason)
    {
        if (!_sources.Exists(decision => decision.Value == value))
        {
            _sources.Add(new SourceDecision(value, recorded, reason));
        }
    }

    /// <summary>The recorded rows, or <see langword="null"/> where the dataset lacks them.</summary>
    /// <exception cref="InvalidInputException">They are not <paramref name="width"/> wide.</exception>
    public RecordedRows? Recorded(string location, PassType pass, int? layer, int width)
    {
        var tensor = TensorNames.Format(location, pass, layer);
        if (!Context.Tensors.TryGetValue(tensor, out var recorded))
        {
            return null;
        }

        return recorded.Width == width
            ? Add(new RecordedRows(tensor, recorded))
            : throw new InvalidInputException(
                $"{Context.Dataset}, tensor {tensor}",
                $"it has {recorded.Width} values a token; the model and its autoencoders need {width}");
    }
}
