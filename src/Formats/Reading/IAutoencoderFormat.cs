using AeServerless.Engine;

namespace AeServerless.Formats.Reading;

/// <summary>A published format of autoencoders.</summary>
public interface IAutoencoderFormat
{
    /// <summary>Its name, as a recipe's <c>format</c> gives it.</summary>
    string Name { get; }

    /// <summary>Whether the input is of this format, judged by its files' names and contents.</summary>
    Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken);

    /// <summary>Reads what can be said without the weights.</summary>
    /// <exception cref="InvalidInputException">
    /// The input is not of this format, is broken, or has a meaning that can't be computed.
    /// </exception>
    Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken);
}
