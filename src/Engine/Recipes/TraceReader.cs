using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads trace configurations.</summary>
internal static class TraceReader
{
    public static TraceConfiguration Read(JsonField field)
    {
        var fields = field.Object(
            "nodeType", "layer", "tensorIndices", "preOrPostAct", "attentionTraceType", "detachLayerNormScale", "downstream",
            "autoencoder");
        var nodeType = fields.Required("nodeType").OneOf(RecipeNames.NodeTypes);
        var attention = fields.Optional("attentionTraceType")?.OneOf(RecipeNames.AttentionTraces);
        if (attention is null == (nodeType == NodeType.AttentionHead))
        {
            throw field.Error(attention is null
                ? "an attention_head needs \"attentionTraceType\": q, k, qk or v"
                : "attentionTraceType is for the node type attention_head alone");
        }

        var downstream = fields.Optional("downstream");
        if (downstream is { } misplaced && attention != AttentionTraceType.V)
        {
            throw misplaced.Error("is for an attention_head with attentionTraceType v alone");
        }

        return new TraceConfiguration(
            nodeType,
            fields.Required("layer").Integer(0, int.MaxValue),
            ReadIndices(fields.Required("tensorIndices"), nodeType),
            fields.Optional("preOrPostAct")?.OneOf(RecipeNames.PrePost) ?? PreOrPostAct.Post,
            attention,
            fields.Optional("detachLayerNormScale")?.Flag() ?? true,
            downstream is { } next ? Read(next) : null,
            fields.Optional("autoencoder") is { } autoencoder ? RecipeValues.Name(autoencoder) : null);
    }

    private static List<int?> ReadIndices(JsonField field, NodeType nodeType)
    {
        var what = nodeType switch
        {
            NodeType.AttentionHead => "[query token, key token, head]",
            NodeType.MlpNeuron => "[token, neuron]",
            _ => "[token, latent]",
        };
        var items = field.Array(what);
        var expected = nodeType == NodeType.AttentionHead ? 3 : 2;
        if (items.Count != expected)
        {
            throw field.Error($"must be {what}, not {items.Count} numbers");
        }

        // The last index is the neuron, latent or head: there is no trace of all of them.
        return [.. items.SkipLast(1).Select(ReadToken), items[^1].Integer(0, int.MaxValue)];
    }

    private static int? ReadToken(JsonField field)
    {
        if (field.IsNull)
        {
            return null;
        }

        if (field.IsString)
        {
            return field.Text() == "all" ? null : throw field.Error($"must be a position in a sequence or \"all\", not {field.Shown()}");
        }

        return field.Integer(0, int.MaxValue);
    }
}
