using AeServerless.Engine;
using AeServerless.Formats.Readers;
using AeServerless.Formats.Readers.CircuitTracer;
using AeServerless.Formats.Readers.DictionaryLearning;
using AeServerless.Formats.Readers.GemmaScope;
using AeServerless.Formats.Readers.OpenMoss;
using AeServerless.Formats.Readers.SaeLens;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats;

/// <summary>Every format that is read or known to be refused.</summary>
public static class AutoencoderFormats
{
    /// <summary>The formats, in the order in which an input is shown to them.</summary>
    public static IReadOnlyList<IAutoencoderFormat> All { get; } =
    [
        new CrosscoderFormat(), new TemporalFormat(), new SaeLensFormat(), new SparsifyFormat(), new LlamaScopeFormat(),
        new LlamaScopeR1Format(),
        new LlamascopiumFormat(), new GemmaScope2Format(), new DictionaryLearningFormat(), new HookZFormat(), new GemmaScopeFormat(),
        new CircuitTracerFormat(), new OwnFormat(), new OpenAiFormat(), LinearLayersFormat.Goodfire(), LinearLayersFormat.Linear(),
        new QwenScopeFormat(),
    ];

    /// <summary>Finds what an input is and reads all but its weights.</summary>
    /// <param name="input">The file or folder.</param>
    /// <param name="format">The format's name, where the user says it; null to recognise it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">It is of no known format, broken, or has a meaning that can't be computed.</exception>
    public static async Task<OpenedAutoencoder> OpenAsync(FormatInput input, string? format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (format is not null)
        {
            var named = All.FirstOrDefault(known => known.Name == format)
                ?? throw new InvalidInputException($"format '{format}'", $"is not known; known are {Known}");
            return RequireHeeded(input, await named.OpenAsync(input, cancellationToken));
        }

        foreach (var known in All)
        {
            if (await known.RecognisesAsync(input, cancellationToken))
            {
                return RequireHeeded(input, await known.OpenAsync(input, cancellationToken));
            }
        }

        throw new InvalidInputException(
            input.Name,
            $"is no autoencoder of a known format ({Known}); there are {Found(input)}. A format can be said by hand");
    }

    /// <summary>A k that was said by hand and means nothing to the gate is a mistake, not to be passed over.</summary>
    private static OpenedAutoencoder RequireHeeded(FormatInput input, OpenedAutoencoder opened) =>
        input.Hints.K is { } k && opened.Header.K == 0
        ? throw new InvalidInputException(input.Name, $"k {k} was said by hand, but its gate is {opened.Header.Gate}, which has none")
        : opened;

    private static string Known => string.Join(", ", All.Select(format => format.Name));

    private static string Found(FormatInput input)
    {
        const int Most = 12;
        return input.Names.Count == 0 ? "no files" : string.Join(", ", input.Names.Take(Most)) + (input.Names.Count > Most ? ", …" : "");
    }
}
