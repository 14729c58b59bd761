using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Tensors;
using Definition = AeServerless.Formats.Definitions.AutoencoderDefinition;
using EngineHeader = AeServerless.Engine.Autoencoders.AutoencoderHeader;
using Header = AeServerless.Formats.Definitions.AutoencoderHeader;

namespace AeServerless.Formats.Engines;

/// <summary>What is read of a format, as the engine computes with it.</summary>
public static class EngineAutoencoders
{
    private static readonly Dictionary<string, AutoencoderInput> Inputs =
        Enum.GetValues<AutoencoderInput>().ToDictionary(input => input.Location(), StringComparer.Ordinal);

    /// <summary>The autoencoder with its weights, in the engine's layout.</summary>
    /// <exception cref="InvalidInputException">A matrix is larger than an array can be.</exception>
    public static Autoencoder ToEngine(this Definition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var header = definition.Header;
        return new Autoencoder(
            header.Name,
            definition.InputBias ?? new float[header.InputSize],
            definition.Encoder.ToEncoderRows(),
            definition.EncoderBias,
            Directions(definition.Decoder),
            ActivationOf(definition.Gate),
            new AutoencoderMaps
            {
                Input = header.InputMap,
                OutputBias = definition.OutputBias,
                Skip = definition.Skip?.ToArray(header.Name),
                GluEncoder = definition.GluEncoder?.ToEncoderRows(),
                GluBias = definition.GluBias,
            });
    }

    /// <summary>What is known before the weights are read.</summary>
    /// <param name="header">What the files say.</param>
    /// <param name="files">Paths of the files that it is read from, container first.</param>
    /// <exception cref="InvalidInputException">It is larger than what can be loaded.</exception>
    public static EngineHeader ToEngine(this Header header, IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(header);
        Autoencoder.RequireSize(header.Name, header.LatentCount, header.InputSize);
        return new EngineHeader(header.Name, header.InputSize, header.LatentCount, new Activation(KindOf(header.Gate), header.K))
        {
            OutputSize = header.OutputSize,
            IsTranscoder = header.Kind != AutoencoderKind.Autoencoder,
            InputMap = header.InputMap,
            HasLinearEncoder = header.InputMap.IsLinear && !header.HasGluEncoder && header.Gate != GateKind.Gated,
            Input = InputOf(header.In),
            Output = header.Kind == AutoencoderKind.Autoencoder ? null : InputOf(header.Out),
            Layer = header.In?.Layer,
            Files = files,
            PublishedL0 = header.PublishedL0,
            PublishedFvu = header.PublishedFvu,
        };
    }

    private static AutoencoderInput? InputOf(Place? place) =>
        place?.Location is { } location && Inputs.TryGetValue(location, out var input) ? input : null;

    private static LatentDirections Directions(WeightMatrix decoder)
    {
        var directions = new LatentDirections(decoder.Rows, decoder.Columns);
        for (var block = 0; block < decoder.Blocks; block++)
        {
            directions.SetRows(block * decoder.RowsOfBlock, decoder.Block(block));
        }

        return directions;
    }

    private static Activation ActivationOf(Gate gate) => gate switch
    {
        JumpReluGate jump => new Activation(ActivationKind.JumpReLU) { Thresholds = jump.Thresholds },
        TopKGate top => new Activation(KindOf(top.Kind), top.K) { SelectionScale = top.SelectionScale },
        GroupMaxGate groups => new Activation(ActivationKind.GroupMax, groups.Groups),
        GatedGate gated => new Activation(ActivationKind.Gated)
        {
            GateBias = gated.GateBias,
            MagnitudeScale = gated.MagnitudeScale,
            MagnitudeBias = gated.MagnitudeBias,
        },
        _ => new Activation(KindOf(gate.Kind)),
    };

    private static ActivationKind KindOf(GateKind kind) => kind switch
    {
        GateKind.Identity => ActivationKind.Identity,
        GateKind.ReLU => ActivationKind.ReLU,
        GateKind.JumpReLU => ActivationKind.JumpReLU,
        GateKind.TopK => ActivationKind.TopK,
        GateKind.TopKSigned => ActivationKind.TopKSigned,
        GateKind.TopKMagnitude => ActivationKind.TopKMagnitude,
        GateKind.GroupMax => ActivationKind.GroupMax,
        _ => ActivationKind.Gated,
    };
}
