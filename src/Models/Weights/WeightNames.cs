namespace AeServerless.Models.Weights;

/// <summary>
/// What a family calls its tensors. Names of layers stand after <see cref="Layer"/> with the layer's index; all but those of the head
/// stand after one of <see cref="Prefixes"/>. Of matrices and norms the names are without <c>.weight</c> and <c>.bias</c>.
/// </summary>
public sealed record WeightNames
{
    /// <summary>What the names of a file may begin with; the first under which the token embedding is found counts.</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>The token embedding.</summary>
    public required string Embedding { get; init; }

    /// <summary>Learned positions; null where there are none.</summary>
    public string? PositionEmbedding { get; init; }

    /// <summary>The norm before the head.</summary>
    public required string FinalNorm { get; init; }

    /// <summary>Whole names that the head may have.</summary>
    public required IReadOnlyList<string> Heads { get; init; }

    /// <summary>What the names of a layer begin with, <c>{0}</c> for its index.</summary>
    public required string Layer { get; init; }

    /// <summary>The norm before attention.</summary>
    public required string AttentionNorm { get; init; }

    /// <summary>One matrix of queries, keys and values; null where they have one each.</summary>
    public string? QueryKeyValue { get; init; }

    /// <summary>Whether the rows of that matrix are grouped by head, queries, keys and values of each together.</summary>
    public bool GroupedByHead { get; init; }

    /// <summary>Queries.</summary>
    public string Query { get; init; } = "";

    /// <summary>Keys.</summary>
    public string Key { get; init; } = "";

    /// <summary>Values.</summary>
    public string Value { get; init; } = "";

    /// <summary>Norm of queries, where there is one.</summary>
    public string QueryNorm { get; init; } = "";

    /// <summary>Norm of keys, where there is one.</summary>
    public string KeyNorm { get; init; } = "";

    /// <summary>Attention's output projection.</summary>
    public required string AttentionOut { get; init; }

    /// <summary>Norm of what attention adds, where there is one.</summary>
    public string PostAttentionNorm { get; init; } = "";

    /// <summary>The norm before the MLP.</summary>
    public required string MlpNorm { get; init; }

    /// <summary>Gates of neurons, where there are any.</summary>
    public string Gate { get; init; } = "";

    /// <summary>Into the neurons.</summary>
    public required string MlpIn { get; init; }

    /// <summary>Out of the neurons.</summary>
    public required string MlpOut { get; init; }

    /// <summary>Norm of what the MLP adds, where there is one.</summary>
    public string PostMlpNorm { get; init; } = "";

    /// <summary>Whether matrices of layers are <c>[in, out]</c>; else <c>[out, in]</c>.</summary>
    public bool InputsFirst { get; init; }

    /// <summary>Ends of the names of tensors of a layer that are no weights, such as masks.</summary>
    public IReadOnlyList<string> NoWeights { get; init; } = [];

    /// <summary>The names that Llama and most families after it use.</summary>
    public static WeightNames Llama { get; } = new()
    {
        Prefixes = ["model.", ""],
        Embedding = "embed_tokens.weight",
        FinalNorm = "norm",
        Heads = ["lm_head.weight"],
        Layer = "layers.{0}.",
        AttentionNorm = "input_layernorm",
        Query = "self_attn.q_proj",
        Key = "self_attn.k_proj",
        Value = "self_attn.v_proj",
        QueryNorm = "self_attn.q_norm",
        KeyNorm = "self_attn.k_norm",
        AttentionOut = "self_attn.o_proj",
        MlpNorm = "post_attention_layernorm",
        Gate = "mlp.gate_proj",
        MlpIn = "mlp.up_proj",
        MlpOut = "mlp.down_proj",
        NoWeights = ["self_attn.rotary_emb.inv_freq"],
    };
}
