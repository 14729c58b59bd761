using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.DictionaryLearning;

/// <summary>
/// dictionary_learning: <c>ae.pt</c> with <c>config.json</c>, whose <c>trainer.dict_class</c> says which of its classes it is.
/// </summary>
internal sealed class DictionaryLearningFormat : IAutoencoderFormat
{
    private const string Weights = "ae.pt";
    private const string Config = "config.json";

    public string Name => "dictionary_learning";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.Find(Weights) is not null && input.Has(Config) && (await input.ConfigAsync(Config, cancellationToken)).Has("trainer");

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is null || !input.Has(Config))
        {
            throw new InvalidInputException(input.Name, $"has no {Config} with {Weights} beside it");
        }

        var config = DictionaryLearningConfig.Read(await input.ConfigAsync(Config, cancellationToken));
        var file = await input.TensorsAsync(Weights, cancellationToken);
        new CheckpointValues(file).RequireAllKnown(Name);
        var tensors = new TensorSet(file);
        await DictionaryLearningTensors.RequireNoNormalisationAsync(tensors, cancellationToken);
        var parts = DictionaryLearningTensors.PartsOf(config.Class, tensors).RequireAutoencoder();
        var gate = GateOf(config.Class);
        var header = parts.Describe(input, Name, $"dictionary_learning {config.Class}", gate);
        config.RequireSizes(header);
        var k = await KAsync(config, tensors, cancellationToken);
        header = header with { K = gate == GateKind.TopK ? TopKs.Require(input, k, header.LatentCount, $"{Weights}, tensor 'k'") : 0 };
        var vectors = await GateTensorsAsync(config.Class, tensors, header.LatentCount, cancellationToken);
        tensors.RequireAllKnown(Name);
        var normalises = config.Class == DictionaryLearningConfig.AutoEncoder;
        header = header.Placed(input.Hints, config.HookIn, config.HookOut).Assuming(config.Notes).Differing(normalises
            ? ["decoder columns are brought to norm 1, as the library's own load_dictionary does; SAELens and a plain reading leave the "
                + "latents divided by those norms"]
            : []);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            if (normalises && weights.Decoder.RowNorms().Any(norm => Math.Abs(norm - 1) > AllClose))
            {
                weights.FoldDecoderNorms();
            }

            return weights.Define(header, await GateAsync(header, vectors, cancel));
        });
    }

    // The library leaves decoders alone whose norms are this near to 1.
    private const double AllClose = 1e-5 + 1e-8;

    private static GateKind GateOf(string dictionary) => dictionary switch
    {
        DictionaryLearningConfig.AutoEncoder or DictionaryLearningConfig.AutoEncoderNew => GateKind.ReLU,
        DictionaryLearningConfig.Gated => GateKind.Gated,
        DictionaryLearningConfig.TopK => GateKind.TopK,
        _ => GateKind.JumpReLU,
    };

    private static async Task<long?> KAsync(DictionaryLearningConfig config, TensorSet tensors, CancellationToken cancellationToken)
    {
        var stored = tensors.Optional("k") is { } tensor ? await TensorReader.ReadWholeAsync(tensor, cancellationToken) : (long?)null;
        return stored is null || config.K is null || stored == config.K
            ? stored ?? config.K
            : throw config.Trainer.Fault("k", $"k is {config.K} here and {stored} in {Weights}: they contradict each other");
    }

    /// <summary>The gate's tensors, of the sizes that it needs. TopK's threshold plays no part in it.</summary>
    private static async Task<StoredTensor[]> GateTensorsAsync(
        string dictionary, TensorSet tensors, int latents, CancellationToken cancellationToken)
    {
        switch (dictionary)
        {
            case DictionaryLearningConfig.Gated:
                return [
                    tensors.Require("gate_bias").RequireShape(latents),
                    tensors.Require("r_mag").RequireShape(latents),
                    tensors.Require("mag_bias").RequireShape(latents)];
            case DictionaryLearningConfig.JumpRelu:
                return [tensors.Require("threshold").RequireShape(latents)];
            case DictionaryLearningConfig.BatchTopK or DictionaryLearningConfig.Matryoshka:
                var threshold = tensors.Require("threshold");
                return await TensorReader.ReadNumberAsync(threshold, cancellationToken) >= 0
                    ? [threshold]
                    : throw threshold.Fault("threshold is below 0: it was never trained, and without it the gate of a BatchTopK, which k "
                        + "is not, can't be computed");
            default:
                tensors.Ignore(name => name == "threshold" && dictionary == DictionaryLearningConfig.TopK);
                return [];
        }
    }

    private static async Task<Gate> GateAsync(AutoencoderHeader header, StoredTensor[] tensors, CancellationToken cancellationToken)
    {
        var vectors = new float[tensors.Length][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = await Thresholds.ReadAsync(tensors[i], header.LatentCount, cancellationToken);
        }

        return header.Gate switch
        {
            GateKind.JumpReLU => Thresholds.Rectified(vectors[0]),
            GateKind.Gated => new GatedGate(vectors[0], Thresholds.Exponential(tensors[1], vectors[1]), vectors[2]),
            GateKind.TopK => new TopKGate(GateKind.TopK, header.K),
            _ => Gate.ReLU,
        };
    }
}
