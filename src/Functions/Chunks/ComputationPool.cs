using AeServerless.Engine;
using AeServerless.Engine.Computation;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Models;
using AeServerless.Models.Running;
using TorchSharp;

namespace AeServerless.Functions.Chunks;

/// <summary>
/// Keeps weights and buffers between chunks, up to a limit of memory; what was used longest ago goes first, and what is in use never. Runs
/// with the same recipe and weights share them.
/// </summary>
public sealed class ComputationPool(InputStore store, ModelCache models, AppSettings settings, EngineContext engine)
    : IIdleMemory, IDisposable
{
    private readonly long _limit = (long)settings.WeightsCacheMegabytes << 20;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PooledWeights> _entries = [];
    private long _uses;

    /// <summary>Borrows what computes chunks of a plan; its weights are loaded where they are not in memory.</summary>
    public async Task<ComputationLease> BorrowAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var entry = Enter(ChunkKeyBasis.Create(basis).Hash, basis);
        try
        {
            var loaded = await entry.Weights.WaitAsync(cancellationToken);
            var (computation, results) = entry.Idle.TryTake(out var idle) ? idle : entry.Create(loaded.Weights, engine);
            return new ComputationLease(computation, results, loaded.Model, () =>
            {
                try
                {
                    // What a chunk that failed has left is memory that others can use.
                    results.Prepare(default);
                    entry.Idle.Add((computation, results));
                }
                finally
                {
                    Leave(entry);
                }
            });
        }
        catch
        {
            Leave(entry);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The weights stay.</remarks>
    public void GiveBack()
    {
        lock (_lock)
        {
            if (_entries.Values.Any(entry => entry.Users > 0))
            {
                return;
            }

            foreach (var entry in _entries.Values)
            {
                entry.DropIdle();
            }
        }

        engine.GiveBack();
    }

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Dispose();
            }

            _entries.Clear();
        }
    }

    private PooledWeights Enter(string key, RunBasis basis)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Failed)
            {
                entry = new PooledWeights(key, basis.Plan, basis.Weights().Sum(blob => blob.Length), Task.Run(() => LoadAsync(basis)));
                _entries[key] = entry;
            }

            entry.Users++;
            entry.LastUse = ++_uses;

            // The weights of a recipe before may be needed again. Its buffers are as large, and are made in no time.
            foreach (var other in _entries.Values.Where(other => other.Users == 0))
            {
                other.DropIdle();
            }

            return entry;
        }
    }

    private async Task<LoadedPlan> LoadAsync(RunBasis basis)
    {
        var model = await LoadModelAsync(basis);
        try
        {
            var weights = await PlanWeightsLoader.LoadAsync(
                basis.Plan,
                (path, _) => Task.FromResult<IByteSource>(store.Open(RunBasis.Find(basis.Inputs, path, "the recipe needs it"))),
                RunFiles.SourcesOf(basis.Inputs, store),
                CancellationToken.None);
            return new LoadedPlan(weights, model);
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    private async Task<LanguageModel?> LoadModelAsync(RunBasis basis)
    {
        if (basis.Plan.Runs.Count == 0)
        {
            return null;
        }

        if (basis.Plan.Recipe.ModelDtype != ModelDtype.Float32 && engine.Options.Device == EngineDevice.Cpu)
        {
            throw new InvalidInputException(
                basis.Request.RecipeName ?? "recipe",
                $"modelDtype {RecipeNames.NameOf(basis.Plan.Recipe.ModelDtype)} is for workers with a GPU, and this one has none; leave it "
                + "out, and the model is computed in float32");
        }

        var files = new CachedModelFiles(basis.Manifest.Model, basis.Inputs, models);
        var architecture = (await LanguageModel.DescribeAsync(files)).Architecture;
        var request = RunnableModels.Request(
            basis.Plan.Runs, basis.Manifest.Backward, InputPaths.Manifest(basis.Request.Dataset));
        return await LanguageModel.LoadAsync(
            files,
            request.LayersNeeded(architecture),
            request.NeedsHead,
            new torch.Device(engine.Options.Device.TorchName),
            basis.Plan.Recipe.ModelDtype,
            CancellationToken.None);
    }

    private void Leave(PooledWeights entry)
    {
        lock (_lock)
        {
            entry.Users--;
            foreach (var idle in _entries.Values.Where(other => other.Users == 0).OrderBy(other => other.LastUse).ToList())
            {
                if (idle.Failed || _entries.Values.Sum(other => other.Bytes) > _limit)
                {
                    _entries.Remove(idle.Key);
                    idle.Dispose();
                }
            }
        }
    }
}
