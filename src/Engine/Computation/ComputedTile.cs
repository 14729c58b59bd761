using System.Runtime.InteropServices;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Scalars;

namespace AeServerless.Engine.Computation;

/// <summary>
/// A tile with all that a plan wants of it: computed by one thread, then handed out. An instance serves one tile after the other.
/// </summary>
internal sealed class ComputedTile(DerivationPlan plan, PlanWeights weights, EngineContext engine) : IDisposable
{
    private readonly Tile _tile = new(plan.Nodes, weights, engine);
    private readonly TokenMetricsBuffers[] _metrics = [.. plan.Metrics.Select(metrics => new TokenMetricsBuffers(metrics))];
    private readonly SparseLatents _empty = new();
    private readonly List<int> _absent = [];
    private float[] _zeros = [];

    /// <summary>How its latents were screened.</summary>
    public HashSet<ScreeningFormat> Screenings => _tile.Screenings;

    public void Compute(in TileSchedule.ScheduledTile planned, RowBuffer window)
    {
        _tile.Screenings.Clear();
        _tile.Begin(planned.FirstRow, planned.Sequences);
        for (var i = 0; i < plan.RecordedNodes.Count; i++)
        {
            _tile.Place(plan.RecordedNodes[i], window.Rows(i, planned.RowInWindow, _tile.Tokens));
        }

        foreach (var node in plan.Nodes)
        {
            node.Compute(_tile);
        }

        foreach (var metrics in _metrics)
        {
            metrics.Compute(_tile);
        }
    }

    public void Deliver(IChunkConsumer consumer)
    {
        // Statistics of a tile's values need the errors at its tokens.
        foreach (var metrics in _metrics)
        {
            metrics.Deliver(_tile, consumer);
        }

        foreach (var output in plan.PlannedOutputs)
        {
            Deliver(output, consumer);
        }
    }

    public void Dispose() => _tile.Dispose();

    private void Deliver(PlannedOutput planned, IChunkConsumer consumer)
    {
        var (output, node) = planned;
        switch (node)
        {
            case null when output.IsSparse:
                _empty.BeginRows(_tile.Tokens);
                _empty.EndRows();
                consumer.Sparse(output, _tile.FirstRow, _empty);
                return;
            case null:
                if (_zeros.Length < _tile.Tokens * output.Width)
                {
                    _zeros = new float[_tile.Tokens * output.Width];
                }

                consumer.Dense(output, _tile.FirstRow, _tile.Tokens, _zeros.AsSpan(0, _tile.Tokens * output.Width));
                return;
            case VectorsNode:
                consumer.Vectors(output, _tile.FirstRow, _tile.Sparse(node), _tile.Vectors(node).Span);
                break;
            case SparseNode:
                consumer.Sparse(output, _tile.FirstRow, _tile.Sparse(node));
                break;
            default:
                consumer.Dense(output, _tile.FirstRow, _tile.Tokens, _tile.Dense(node).Span);
                break;
        }

        var status = _tile.Status(node);
        if (!status.ContainsAnyExcept(RowStatus.Present))
        {
            return;
        }

        Exclude(RowStatus.NonFinite, ExclusionReason.NonFinite, status);
        Exclude(RowStatus.SequenceTooShort, ExclusionReason.SequenceTooShort, status);

        void Exclude(RowStatus kind, ExclusionReason reason, Span<RowStatus> rows)
        {
            _absent.Clear();
            for (var token = 0; token < rows.Length; token++)
            {
                if (rows[token] == kind)
                {
                    _absent.Add(token);
                }
            }

            if (_absent.Count > 0)
            {
                consumer.Excluded(output, reason, _tile.FirstRow, CollectionsMarshal.AsSpan(_absent));
            }
        }
    }
}
