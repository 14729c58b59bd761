using AeServerless.Formats.Definitions;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>Where an autoencoder's weights lie: checked to fit each other, not read yet.</summary>
internal sealed record WeightParts
{
    private const long MostWeights = 1L << 33;

    /// <summary>Wanted as <c>[latents, input]</c>.</summary>
    public required MatrixPart Encoder { get; init; }

    /// <summary><c>[latents]</c>; null for zeros.</summary>
    public StoredTensor? EncoderBias { get; init; }

    /// <summary>Wanted as <c>[latents, output]</c>.</summary>
    public required MatrixPart Decoder { get; init; }

    /// <summary><c>[output]</c>; null for zeros.</summary>
    public StoredTensor? OutputBias { get; init; }

    /// <summary><c>[input]</c>; null where nothing is subtracted.</summary>
    public StoredTensor? InputBias { get; init; }

    /// <summary>Wanted as <c>[output, input]</c>.</summary>
    public MatrixPart? Skip { get; init; }

    /// <summary>Wanted as <c>[latents, input]</c>.</summary>
    public MatrixPart? Glu { get; init; }

    /// <summary><c>[latents]</c>.</summary>
    public StoredTensor? GluBias { get; init; }

    /// <summary>Throws unless all sizes fit; describes the autoencoder by them.</summary>
    public AutoencoderHeader Describe(FormatInput input, string format, string family, GateKind gate)
    {
        var (latents, width, output) = (Encoder.Rows, Encoder.Columns, Decoder.Columns);
        if (latents < 1 || width < 1 || latents > int.MaxValue || width > int.MaxValue || latents > MostWeights / width)
        {
            throw Encoder.Tensor.Fault(
                $"{Encoder.Tensor.Name} shape {Encoder.Tensor.ShapeText} has a size outside of 1 to {MostWeights} weights");
        }

        EncoderBias?.RequireShape(latents);
        Decoder.RequireShape(latents, output);
        if (output < 1 || output > int.MaxValue || latents > MostWeights / output)
        {
            throw Decoder.Tensor.Fault(
                $"{Decoder.Tensor.Name} shape {Decoder.Tensor.ShapeText} has a size outside of 1 to {MostWeights} weights");
        }

        OutputBias?.RequireShape(output);
        InputBias?.RequireShape(width);
        Skip?.RequireShape(output, width);
        Glu?.RequireShape(latents, width);
        GluBias?.RequireShape(latents);
        return new AutoencoderHeader
        {
            Name = input.Name,
            Format = format,
            Family = family,
            InputSize = (int)width,
            LatentCount = (int)latents,
            OutputSize = (int)output,
            Dtype = Encoder.Tensor.Dtype,
            Gate = gate,
            InputMap = InputBias is null ? InputMap.None : InputMap.Bias,
            HasSkip = Skip is not null,
            HasGluEncoder = Glu is not null,
        };
    }

    /// <summary>Throws unless the output is as wide as the input, as an autoencoder's is.</summary>
    public WeightParts RequireAutoencoder()
    {
        Decoder.RequireShape(Encoder.Rows, Encoder.Columns);
        return this;
    }

    public async Task<LoadedWeights> LoadAsync(CancellationToken cancellationToken) => new()
    {
        InputBias = await OptionalAsync(InputBias, cancellationToken),
        Encoder = await Encoder.ReadAsync(cancellationToken),
        EncoderBias = await OptionalAsync(EncoderBias, cancellationToken) ?? new float[Encoder.Rows],
        Glu = Glu is null ? null : await Glu.ReadAsync(cancellationToken),
        GluBias = await OptionalAsync(GluBias, cancellationToken),
        Decoder = await Decoder.ReadAsync(cancellationToken),
        OutputBias = await OptionalAsync(OutputBias, cancellationToken) ?? new float[Decoder.Columns],
        Skip = Skip is null ? null : await Skip.ReadAsync(cancellationToken),
    };

    private static async Task<float[]?> OptionalAsync(StoredTensor? tensor, CancellationToken cancellationToken) =>
        tensor is null ? null : await TensorReader.ReadVectorAsync(tensor, cancellationToken);
}
