using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Results.Views;

namespace AeServerless.Functions.Views;

/// <summary>What the views of a run know beside its summary.</summary>
/// <param name="Texts">Texts of tokens by id; <see langword="null"/> where the dataset has no tokenizer.</param>
/// <param name="Logits">The tokens that latents promote, of autoencoders that have such a file.</param>
/// <param name="Coactive">For the reported latents, those that fire with them, the most often first.</param>
/// <param name="Heat">Values at the tokens around the reported latents' examples.</param>
public sealed record RunViews(
    Func<long, string>? Texts,
    IReadOnlyDictionary<AutoencoderKey, LogitTable> Logits,
    IReadOnlyDictionary<AutoencoderKey, CoactiveLatents> Coactive,
    IReadOnlyDictionary<AutoencoderKey, ContextValues> Heat);
