using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;

namespace AeServerless.Engine.Graph;

/// <summary>The values of all nodes for the tokens that are computed at once. An instance serves one tile after the other.</summary>
internal sealed class Tile : IDisposable
{
    private readonly NodeBuffers[] _buffers;
    private readonly Dictionary<AutoencoderKey, LatentEncoder> _encoders = [];
    private readonly EngineContext _engine;
    private readonly List<SequenceSlice> _sequences = [];
    private int[] _positions = [];

    public Tile(IReadOnlyList<PlanNode> nodes, PlanWeights weights, EngineContext engine)
    {
        Weights = weights;
        _engine = engine;
        _buffers = [.. nodes.Select(node => new NodeBuffers(node))];
    }

    /// <summary>First token, counted from the chunk's first.</summary>
    public int FirstRow { get; private set; }

    public int Tokens { get; private set; }

    public PlanWeights Weights { get; }

    public ThreadTeam Team => _engine.Team;

    /// <summary><c>[tokens]</c>: each token's position in its sequence.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Tokens);

    /// <summary>The parts of sequences that the tile has; whole ones where a node of the plan needs them.</summary>
    public IReadOnlyList<SequenceSlice> Sequences => _sequences;

    /// <summary>How latents were screened, until it is cleared.</summary>
    public HashSet<ScreeningFormat> Screenings { get; } = [];

    public void Begin(int firstRow, IEnumerable<SequenceSlice> sequences)
    {
        FirstRow = firstRow;
        _sequences.Clear();
        _sequences.AddRange(sequences);
        Tokens = _sequences.Sum(slice => slice.Tokens);
        if (_positions.Length < Tokens)
        {
            _positions = new int[Tokens];
        }

        foreach (var slice in _sequences)
        {
            for (var i = 0; i < slice.Tokens; i++)
            {
                _positions[slice.FirstRow + i] = slice.FirstPosition + i;
            }
        }

        foreach (var buffers in _buffers)
        {
            buffers.Begin(Tokens);
        }
    }

    /// <summary>Does work on runs of tokens, one for each thread: <paramref name="work"/>(first token, token after the last).</summary>
    public void Share(Action<int, int> work)
    {
        var (threads, tokens) = (Team.AvailableThreads, Tokens);
        if (threads == 1 || tokens < threads)
        {
            work(0, tokens);
        }
        else
        {
            Team.Run(threads, (_, part) => work((int)((long)tokens * part / threads), (int)((long)tokens * (part + 1) / threads)));
        }
    }

    /// <summary>Where a recorded tensor's rows of this tile are.</summary>
    public void Place(PlanNode node, Memory<float> rows) => _buffers[node.Index].Dense = rows;

    /// <summary><c>[tokens, width]</c>.</summary>
    public Memory<float> Dense(PlanNode node) => _buffers[node.Index].Dense;

    public SparseLatents Sparse(PlanNode node) => _buffers[node.Index].Sparse;

    /// <summary><c>[pairs, vector]</c> of a node of vectors.</summary>
    public Memory<float> Vectors(PlanNode node) => _buffers[node.Index].Vectors;

    public Memory<float> GrowVectors(PlanNode node, int length) => _buffers[node.Index].GrowVectors(length);

    /// <summary><c>[tokens]</c>.</summary>
    public Span<RowStatus> Status(PlanNode node) => _buffers[node.Index].Status.AsSpan(0, Tokens);

    public LatentEncoder Encoder(AutoencoderKey autoencoder)
    {
        if (!_encoders.TryGetValue(autoencoder, out var encoder))
        {
            encoder = new LatentEncoder(
                Weights.Autoencoder(autoencoder), _engine, new EncoderOptions(), Weights.Screens(autoencoder, _engine));
            _encoders.Add(autoencoder, encoder);
        }

        return encoder;
    }

    public void CopyStatus(PlanNode from, PlanNode to) => Status(from).CopyTo(Status(to));

    /// <summary>A row that <paramref name="from"/> lacks is one that <paramref name="to"/> lacks, for the first reason found.</summary>
    public void MergeStatus(PlanNode from, PlanNode to)
    {
        var source = Status(from);
        var target = Status(to);
        for (var token = 0; token < target.Length; token++)
        {
            if (target[token] == RowStatus.Present)
            {
                target[token] = source[token];
            }
        }
    }

    /// <summary>Of some tokens: a row whose result is too large for float32 is not finite; absent rows become zeros.</summary>
    public void ExcludeOverflow(PlanNode node, int first, int last)
    {
        var status = Status(node);
        var rows = Dense(node).Span;
        for (var token = first; token < last; token++)
        {
            var row = rows.Slice(token * node.Width, node.Width);
            if (status[token] == RowStatus.Present && !FiniteCheck.AllFinite(row))
            {
                status[token] = RowStatus.NonFinite;
            }

            if (status[token] != RowStatus.Present)
            {
                row.Clear();
            }
        }
    }

    /// <summary>Empties the rows of a sparse value that are not present, and those that a value made not finite.</summary>
    public void EmptyAbsent(PlanNode node)
    {
        var latents = Sparse(node);
        var status = Status(node);
        var any = false;
        for (var token = 0; token < status.Length; token++)
        {
            var (start, end) = (latents.RowStarts[token], latents.RowStarts[token + 1]);
            if (status[token] == RowStatus.Present && !FiniteCheck.AllFinite(latents.Values[start..end]))
            {
                status[token] = RowStatus.NonFinite;
            }

            latents.MutableNonFinite[token] = status[token] == RowStatus.NonFinite;
            any |= status[token] != RowStatus.Present && end > start;
        }

        if (any)
        {
            RemoveAbsentRows(latents, status);
        }
    }

    public void Dispose()
    {
        foreach (var encoder in _encoders.Values)
        {
            encoder.Dispose();
        }
    }

    private static void RemoveAbsentRows(SparseLatents latents, ReadOnlySpan<RowStatus> status)
    {
        var allLatents = latents.MutableLatents;
        var allValues = latents.MutableValues;
        var (from, to) = (0, 0);
        for (var token = 0; token < status.Length; token++)
        {
            var end = latents.RowStarts[token + 1];
            if (status[token] == RowStatus.Present)
            {
                allLatents[from..end].CopyTo(allLatents[to..]);
                allValues[from..end].CopyTo(allValues[to..]);
                to += end - from;
            }

            from = end;
            latents.MutableRowStarts[token + 1] = to;
        }
    }
}
