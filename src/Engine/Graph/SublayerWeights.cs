using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph;

/// <summary>Weights and names of a sublayer.</summary>
internal static class SublayerWeights
{
    public static WeightKind Out(this Sublayer sublayer) => sublayer == Sublayer.Mlp ? WeightKind.MlpOut : WeightKind.AttentionOut;

    public static WeightKind OutTransposed(this Sublayer sublayer) =>
        sublayer == Sublayer.Mlp ? WeightKind.MlpOutTransposed : WeightKind.AttentionOutTransposed;

    public static WeightKind OutBias(this Sublayer sublayer) =>
        sublayer == Sublayer.Mlp ? WeightKind.MlpOutBias : WeightKind.AttentionOutBias;

    public static WeightKind OutNorms(this Sublayer sublayer) =>
        sublayer == Sublayer.Mlp ? WeightKind.MlpOutNorms : WeightKind.AttentionOutNorms;

    public static WeightKind PostNorm(this Sublayer sublayer) =>
        sublayer == Sublayer.Mlp ? WeightKind.MlpPostNorm : WeightKind.AttentionPostNorm;

    public static string Text(this Sublayer sublayer) => sublayer == Sublayer.Mlp ? "mlp" : "attention";

    public static string Units(this Sublayer sublayer) => sublayer == Sublayer.Mlp ? "neuron" : "head value";
}
