using AeServerless.Engine.IO;
using AeServerless.Engine.Transformers;
using AeServerless.Models.Configuration;
using AeServerless.Models.Families;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Plans;

/// <summary>Models of all families, as plans compute with them.</summary>
public sealed class ModelReader : IModelReader
{
    /// <inheritdoc/>
    public ModelDimensions Describe(byte[] config, string subject) => Dimensions(ModelFamilies.Read(config, subject).Architecture);

    /// <inheritdoc/>
    public async Task<IModelWeights> OpenAsync(
        string path, Func<string, CancellationToken, Task<IByteSource?>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(open);
        var files = new StoredModel(path[..(path.LastIndexOf('/') + 1)], open);
        var description = await LanguageModel.DescribeAsync(files, cancellationToken);
        return new PlanModel(description, await Checkpoint.OpenAsync(files, cancellationToken));
    }

    /// <summary>Sizes and places of a model.</summary>
    internal static ModelDimensions Dimensions(Architecture model) =>
        new(model.Layers.Count, model.Width, model.MlpWidth, model.Heads, model.NormEpsilon)
        {
            AttentionWidth = model.Heads * model.HeadWidth,
            PostNorms = model.PostNorms,
            ParallelResidual = model.ParallelResidual,
            IsGpt2 = false,
        };

    private sealed class StoredModel(string folder, Func<string, CancellationToken, Task<IByteSource?>> open) : IModelFiles
    {
        public string Name => folder;

        public async ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
            await open(folder + name, cancellationToken);
    }
}
