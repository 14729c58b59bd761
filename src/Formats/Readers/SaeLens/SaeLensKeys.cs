namespace AeServerless.Formats.Readers.SaeLens;

/// <summary>Fields of SAELens' configurations that say how an autoencoder was trained or stored, and nothing of what it computes.</summary>
internal static class SaeLensKeys
{
    /// <summary>Fields of <c>metadata</c>.</summary>
    public static IReadOnlyList<string> Descriptive { get; } =
    [
        "sae_lens_version", "sae_lens_training_version", "model_name", "model_class_name", "hook_layer", "hook_layer_out", "hook_eval",
        "context_size", "prepend_bos", "dataset_path", "dataset_trust_remote_code", "seqpos_slice", "seqpos", "exclude_special_tokens",
        "training_architecture", "training_architecture_details", "neuronpedia_id", "sae_id", "release", "l0", "l1_coefficient",
        "num_dead_features", "tokens_per_buffer", "hook_name", "hook_name_out", "hook_point", "model_from_pretrained_kwargs", "wandb_id",
        "wandb_url", "training_tokens", "n_training_tokens", "explained_variance", "mse", "fvu", "sequence_separator_token",
        "disable_concat_sequences", "is_dataset_tokenized", "streaming", "hf_hook_name", "hf_hook_name_out", "dataset", "layer", "notes",
        "description", "author", "license",
    ];

    /// <summary>Fields beside the architecture's own.</summary>
    public static IReadOnlyList<string> Irrelevant { get; } =
    [
        // Storage.
        "dtype", "device", "act_store_device", "sae_lens_version", "sae_lens_training_version", "from_pretrained_path", "checkpoint_path",
        "n_checkpoints", "verbose", "resume", "seed",

        // Training of each architecture.
        "decoder_init_norm", "jumprelu_init_threshold", "jumprelu_bandwidth", "jumprelu_sparsity_loss_mode", "l0_coefficient",
        "l0_warm_up_steps", "pre_act_loss_coefficient", "jumprelu_tanh_scale", "jumprelu_ste_to_input", "target_l0", "l1_coefficient",
        "lp_norm", "l1_warm_up_steps", "use_sparse_activations", "aux_loss_coefficient", "topk_threshold_lr", "matryoshka_widths",
        "use_matryoshka_aux_loss", "scale_sparsity_penalty_by_decoder_norm", "mse_loss_normalization", "noise_floor",
        "init_encoder_as_decoder_transpose", "decoder_orthogonal_init", "decoder_heuristic_init", "decoder_heuristic_init_norm",
        "b_dec_init_method", "normalize_sae_decoder", "use_ghost_grads", "finetuning_method", "finetuning_tokens",
        "finetuning_scaling_factor", "expansion_factor",

        // Model, data and optimiser, which lay beside the others before 6.0.
        "model_name", "model_class_name", "model_kwargs", "hook_point_layer", "hook_layer", "hook_layer_out", "hook_point_eval",
        "hook_eval", "dataset_path", "dataset_trust_remote_code", "streaming", "is_dataset_tokenized", "context_size",
        "use_cached_activations", "cached_activations_path", "n_batches_in_buffer", "training_tokens", "store_batch_size",
        "store_batch_size_prompts", "train_batch_size", "train_batch_size_tokens", "prepend_bos", "autocast", "autocast_lm", "compile_llm",
        "llm_compilation_mode", "compile_sae", "sae_compilation_mode", "adam_beta1", "adam_beta2", "lr", "lr_scheduler_name",
        "lr_warm_up_steps", "lr_end", "lr_decay_steps", "n_restart_cycles", "feature_sampling_window", "dead_feature_window",
        "dead_feature_threshold", "dead_feature_estimation_method", "n_eval_batches", "eval_batch_size_prompts", "log_to_wandb",
        "log_activations_store_to_wandb", "log_optimizer_state_to_wandb", "log_weights_to_wandb", "wandb_project", "wandb_id",
        "wandb_entity", "wandb_log_frequency", "run_name", "eval_every_n_wandb_logs", "seqpos", "seqpos_slice", "exclude_special_tokens",
        "tokens_per_buffer", "neuronpedia_id", "sparsity_log_file", "log_final_model_to_wandb", "total_training_steps",
        "total_training_tokens", "d_sae_expansion", "hook_point_head_index", "dataset", "sae_id", "sequence_separator_token",
    ];
}
