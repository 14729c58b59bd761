using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.OpenMoss;

/// <summary>
/// The gates of llamascopium. Where the decoder's norms count, p · norm passes the gate and p comes out: no difference for ReLU, a
/// threshold divided by the norm for JumpReLU, a weighed choice for TopK.
/// </summary>
internal static class LlamascopiumGate
{
    public static Gate Of(LlamascopiumConfig config, LoadedWeights weights, float[]? thresholds, int k)
    {
        var norms = config.IncludesDecoderNorm ? weights.Decoder.RowNorms() : null;
        return config.Gate switch
        {
            GateKind.JumpReLU when norms is null => new JumpReluGate(thresholds!),
            GateKind.JumpReLU => new JumpReluGate([.. thresholds!.Select((threshold, latent) => Divided(threshold, norms[latent]))]),
            GateKind.TopK => new TopKGate(GateKind.TopK, k, norms is null ? null : Array.ConvertAll(norms, norm => (float)norm)),
            _ => Gate.ReLU,
        };
    }

    private static float Divided(float threshold, double norm)
    {
        var divided = (float)(threshold / norm);
        return float.IsFinite(divided) ? divided : float.MaxValue;
    }
}
