using AeServerless.Engine.IO;

namespace AeServerless.Engine.Transformers;

/// <summary>Reads models that are no GPT-2.</summary>
public interface IModelReader
{
    /// <summary>Sizes and places of a model, by its <c>config.json</c>.</summary>
    /// <exception cref="InvalidInputException">It is not understood.</exception>
    ModelDimensions Describe(byte[] config, string subject);

    /// <summary>Opens the model's weights.</summary>
    /// <param name="path">Path of its weights, container first; <c>config.json</c> lies beside them.</param>
    /// <param name="open">Opens a path; null where there is nothing.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="InvalidInputException">A file is missing or not understood.</exception>
    Task<IModelWeights> OpenAsync(
        string path, Func<string, CancellationToken, Task<IByteSource?>> open, CancellationToken cancellationToken);
}
