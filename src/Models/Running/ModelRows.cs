using AeServerless.Engine;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;
using AeServerless.Models.Recording;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Running;

/// <summary>
/// Rows of tensors that a shard does not have: the model computes them of the shard's tokens when they are asked for. Rows are asked for in
/// order, by windows; what windows before asked for is forgotten, and what all tensors were read of. A row has the same bits whichever rows
/// are asked for with it, on the same machine.
/// </summary>
public sealed class ModelRows : IRowSource, IDisposable
{
    private readonly LanguageModel _model;
    private readonly Shard _shard;
    private readonly RecordingRequest _request;
    private readonly ThreadTeam _team;
    private readonly RunBatches _batches;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ComputedBatch> _computed = [];

    /// <summary>Prepares to run a model over a shard.</summary>
    /// <param name="model">The model, as much of it as the tensors need.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="tensors">The tensors that will be asked for, by the names of shards.</param>
    /// <param name="backward">What gradients are of; the mean cross-entropy of the next token where null.</param>
    /// <param name="engine">Threads, each of which computes batches of its own.</param>
    /// <exception cref="InvalidInputException">The model lacks a tensor.</exception>
    public ModelRows(LanguageModel model, Shard shard, IReadOnlyList<string> tensors, BackwardDescription? backward, EngineContext engine)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(engine);
        _model = model;
        _shard = shard;
        _request = RunnableModels.Request(tensors, backward, shard.File.Source.Name);
        _team = engine.SourceTeam;
        _batches = new RunBatches(shard.SequenceLengths);
        _request.RequireFits(model.Architecture, []);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A sequence that the model does not take.</exception>
    public async ValueTask ReadRowsAsync(
        string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        if (tensor == TensorNames.Tokens)
        {
            await new ShardRows(_shard).ReadRowsAsync(tensor, width, firstRow, destination, cancellationToken);
            return;
        }

        var rows = destination.Length / width;
        var batches = Compute(firstRow, rows, cancellationToken);
        try
        {
            foreach (var computed in batches)
            {
                var batch = computed.Batch;
                var from = Math.Max(batch.FirstRow, firstRow);
                var count = (int)(Math.Min(batch.FirstRow + batch.Tokens, firstRow + rows) - from);
                await computed.CopyAsync(
                    tensor, (int)(from - batch.FirstRow) * width, destination.Slice((int)(from - firstRow) * width, count * width));
                if (from + count == batch.FirstRow + batch.Tokens)
                {
                    Forget(computed, tensor);
                }
            }
        }
        finally
        {
            batches.ForEach(computed => computed.Leave());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var computed in _computed.Values)
            {
                computed.Leave();
            }

            _computed.Clear();
        }
    }

    // Several tensors of a window are asked for at once: the first to come computes the batches of all. Whoever asks leaves them.
    private List<ComputedBatch> Compute(long firstRow, int rows, CancellationToken cancellationToken)
    {
        var batches = _batches.Of(firstRow, rows);
        lock (_lock)
        {
            foreach (var old in _computed.Where(entry => entry.Key < batches[0].FirstRow || entry.Value.IsFaulted).ToList())
            {
                _computed.Remove(old.Key);
                old.Value.Leave();
            }

            var started = batches.Where(batch => !_computed.ContainsKey(batch.FirstRow)).Select(batch => new ComputedBatch(batch)).ToList();
            started.ForEach(computed => _computed.Add(computed.Batch.FirstRow, computed));
            if (started.Count > 0)
            {
                _ = Task.Factory.StartNew(
                    () => _team.Run(started.Count, (_, index) => Complete(started[index], cancellationToken)),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
            }

            return [.. batches.Select(batch => _computed[batch.FirstRow].Enter())];
        }
    }

    // Once all tensors of a batch were read to its end, nobody asks for it again.
    private void Forget(ComputedBatch computed, string tensor)
    {
        lock (_lock)
        {
            if (computed.Take(tensor) && _computed.TryGetValue(computed.Batch.FirstRow, out var known) && known == computed)
            {
                _computed.Remove(computed.Batch.FirstRow);
                computed.Leave();
            }
        }
    }

    private void Complete(ComputedBatch computed, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            computed.Complete(Run(computed.Batch, cancellationToken));
        }
        catch (Exception e)
        {
            // The reader throws it; here it would end the work of others.
            computed.Fail(e);
        }
    }

    private Dictionary<string, Tensor> Run(RunBatch batch, CancellationToken cancellationToken)
    {
        var ids = new long[batch.Tokens];

        // A thread of the team, which has nothing else to do meanwhile.
        _shard.ReadTokensAsync(batch.FirstRow, ids, cancellationToken).AsTask().GetAwaiter().GetResult();
        var sequences = new List<int[]>(batch.Sequences);
        var start = 0;
        foreach (var length in _shard.SequenceLengths.Skip(batch.FirstSequence).Take(batch.Sequences))
        {
            sequences.Add(Array.ConvertAll(ids[start..(start + length)], id => (int)id));
            start += length;
        }

        using var recording = Record(batch, sequences);
        var values = recording.Forward.ToDictionary(entry => Name(entry.Key, PassType.Forward), entry => entry.Value.cpu());
        foreach (var (site, gradient) in recording.Backward.SelectMany(backward => backward.Gradients))
        {
            values.Add(Name(site, PassType.Backward), gradient.cpu());
        }

        return values;
    }

    private ActivationRecording Record(RunBatch batch, List<int[]> sequences)
    {
        try
        {
            return _model.Record(sequences, _request);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{_shard.File.Source.Name}, of the sequences from {batch.FirstSequence} on", e.Message);
        }
    }

    private static string Name(ActivationSite site, PassType pass) => TensorNames.Format(site.Location, pass, site.Layer);
}
