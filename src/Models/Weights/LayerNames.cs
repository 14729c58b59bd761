using AeServerless.Models.Configuration;

namespace AeServerless.Models.Weights;

/// <summary>Names of the tensors that a layer may have.</summary>
internal static class LayerNames
{
    /// <summary>The weights of an architecture, and what files hold beside them.</summary>
    public static HashSet<string> Of(Architecture architecture, WeightNames names)
    {
        var parts = new HashSet<string>(names.NoWeights, StringComparer.Ordinal);
        void Matrix(string name, bool bias)
        {
            parts.Add(name + ".weight");
            if (bias)
            {
                parts.Add(name + ".bias");
            }
        }

        void Norm(string name, bool used)
        {
            if (used && architecture.NormWeights)
            {
                Matrix(name, architecture.NormBiases);
            }
        }

        foreach (var name in names.QueryKeyValue is { } fused ? (string[])[fused] : [names.Query, names.Key, names.Value])
        {
            Matrix(name, architecture.QueryKeyValueBias);
        }

        Matrix(names.AttentionOut, architecture.AttentionOutputBias);
        foreach (var name in architecture.GatedMlp ? (string[])[names.Gate, names.MlpIn, names.MlpOut] : [names.MlpIn, names.MlpOut])
        {
            Matrix(name, architecture.MlpBias);
        }

        Norm(names.AttentionNorm, architecture.PreNorms);
        Norm(names.MlpNorm, architecture.PreNorms);
        Norm(names.PostAttentionNorm, architecture.PostNorms);
        Norm(names.PostMlpNorm, architecture.PostNorms);
        Norm(names.QueryNorm, architecture.QueryKeyNorm != QueryKeyNorm.None);
        Norm(names.KeyNorm, architecture.QueryKeyNorm != QueryKeyNorm.None);
        return parts;
    }
}
