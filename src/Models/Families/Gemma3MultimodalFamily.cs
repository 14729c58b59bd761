using System.Text.Json;
using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>The text model of a multimodal Gemma 3. Its other parts are not read.</summary>
internal sealed class Gemma3MultimodalFamily : ModelFamily
{
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    public override string ModelType => "gemma3";

    public override ModelDescription Read(ConfigReader config)
    {
        config.Ignore(
            "vision_config", "mm_tokens_per_image", "boi_token_index", "eoi_token_index", "image_token_index", "boi_token_id",
            "eoi_token_id", "image_token_id");
        var text = config.Object("text_config") ?? new ConfigReader(Empty, "config.json", "text_config");
        var architecture = Gemma3Family.ReadArchitecture(text);
        text.RefuseUnknown();

        // The file's own field decides, not that of the text model.
        var names = GemmaLike.Names with
        {
            Prefixes = ["language_model.model.", "model.language_model.", "model.", ""],
            Heads = ["lm_head.weight", "language_model.lm_head.weight"],
        };
        return new ModelDescription(
            architecture with { ModelType = ModelType, TiedEmbeddings = config.Flag("tie_word_embeddings", true) }, names);
    }
}
