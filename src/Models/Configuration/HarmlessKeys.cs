using System.Collections.Frozen;

namespace AeServerless.Models.Configuration;

/// <summary>
/// Keys of configurations that leave the forward pass as it is: for training, generation, other tasks, or about the file itself.
/// </summary>
internal static class HarmlessKeys
{
    private static readonly FrozenSet<string> Names = new[]
    {
        // About the file.
        "architectures", "model_type", "name_or_path", "_name_or_path", "_commit_hash", "transformers_version", "torch_dtype", "dtype",
        "_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "_attn_implementation_internal", "use_cache",
        "cache_implementation",
        "torchscript", "use_bfloat16", "tf_legacy_loss", "tokenizer_class", "tokenizer_name", "model_max_length", "return_dict",
        "output_attentions",
        "output_hidden_states", "return_dict_in_generate", "output_scores", "unsloth_version", "unsloth_fixed", "_flash_attn_2_enabled",

        // Training.
        "initializer_range", "initializer_factor", "attention_dropout", "hidden_dropout", "classifier_dropout", "resid_pdrop", "embd_pdrop",
        "attn_pdrop", "gradient_checkpointing", "use_reentrant", "router_aux_loss_coef",

        // Tokens.
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "unk_token_id", "decoder_start_token_id",
        "forced_bos_token_id", "forced_eos_token_id", "prefix",

        // Generation.
        "max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty",
        "temperature",
        "top_k", "top_p", "typical_p", "repetition_penalty", "encoder_no_repeat_ngram_size", "no_repeat_ngram_size", "length_penalty",
        "num_return_sequences", "bad_words_ids", "begin_suppress_tokens", "suppress_tokens", "exponential_decay_length_penalty",
        "remove_invalid_values",

        // Other tasks, and encoders.
        "finetuning_task", "id2label", "label2id", "num_labels", "problem_type", "task_specific_params", "summary_activation",
        "summary_first_dropout",
        "summary_proj_to_labels", "summary_type", "summary_use_proj", "chunk_size_feed_forward", "tie_encoder_decoder",
        "cross_attention_hidden_size",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string key) => Names.Contains(key);
}
