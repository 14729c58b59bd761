using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Sources;

/// <summary>
/// Where plans read autoencoders and models from: formats and families are known to those who make this, not to the engine.
/// </summary>
/// <param name="open">Opens a path, container first; <see langword="null"/> where there is nothing. What is disposable is disposed.</param>
/// <param name="autoencoders">Reads autoencoders.</param>
/// <param name="models">Reads models that are no GPT-2; <see langword="null"/> where none are.</param>
public sealed class PlanSources(
    Func<string, CancellationToken, Task<IByteSource?>> open, IAutoencoderReader autoencoders, IModelReader? models = null)
{
    /// <summary>Opens a path; null where there is nothing.</summary>
    public Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken) => open(path, cancellationToken);

    /// <summary>What is known of an autoencoder at a layer; <see langword="null"/> where there is none.</summary>
    public Task<AutoencoderHeader?> ReadHeaderAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken) =>
        autoencoders.ReadHeaderAsync(reference, layer, cancellationToken);

    /// <summary>An autoencoder with its weights.</summary>
    public Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken) =>
        autoencoders.LoadAsync(reference, layer, cancellationToken);

    /// <summary>Sizes and places of a model, by its <c>config.json</c>.</summary>
    /// <exception cref="InvalidInputException">It is not understood.</exception>
    public ModelDimensions Describe(byte[] config, string subject) => models is null || Gpt2Config.IsGpt2(config)
        ? Gpt2Config.Parse(config, subject).Dimensions
        : models.Describe(config, subject);

    /// <summary>The weights of a model that is no GPT-2.</summary>
    public Task<IModelWeights> OpenModelAsync(string path, CancellationToken cancellationToken) => models is null
        ? throw new InvalidInputException(path, "its weights are read of GPT-2 models alone here")
        : models.OpenAsync(path, open, cancellationToken);

    /// <summary>Autoencoders of this project's own format, and GPT-2 models.</summary>
    public static PlanSources OwnFormat(Func<string, CancellationToken, Task<IByteSource?>> open) => new(open, new OwnFormatReader(open));

    private sealed class OwnFormatReader(Func<string, CancellationToken, Task<IByteSource?>> open) : IAutoencoderReader
    {
        public async Task<AutoencoderHeader?> ReadHeaderAsync(
            AutoencoderReference reference, int layer, CancellationToken cancellationToken)
        {
            if (await open(reference.PathOf(layer), cancellationToken) is not { } source)
            {
                return null;
            }

            using var release = source as IDisposable;
            return Autoencoder.ReadHeader(await SafetensorsFile.OpenAsync(source, cancellationToken));
        }

        public async Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
        {
            var path = reference.PathOf(layer);
            var source = await open(path, cancellationToken) ?? throw new InvalidInputException(path, "does not exist");
            using var release = source as IDisposable;
            return await Autoencoder.LoadAsync(await SafetensorsFile.OpenAsync(source, cancellationToken), cancellationToken);
        }
    }
}
