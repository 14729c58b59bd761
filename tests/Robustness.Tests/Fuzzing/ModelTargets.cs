using System.Text;
using System.Text.Json;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>The files that come with a model: its description, its tokenizer, its autoencoders.</summary>
internal static class ModelTargets
{
    private const string Config = """
        { "model_type": "gpt2", "n_layer": 4, "n_head": 4, "n_embd": 32, "n_inner": 128, "n_positions": 64, "n_ctx": 64, "vocab_size": 101, "layer_norm_epsilon": 1e-05, "activation_function": "gelu_new" }
        """;

    private const string Merges = "#version: 0.2\nh e\nl l\nhe ll\nhell o\n";

    private static readonly string Vocabulary = CreateVocabularyFile();

    public static FuzzTarget CreateConfig() => new(
        "config.json",
        8_000,
        Words.Of(Config),
        Words.Of(
            "\"n_layer\":",
            "\"n_head\":",
            "\"n_embd\":",
            "\"n_inner\":null",
            "\"vocab_size\":",
            "\"layer_norm_epsilon\":0",
            "\"activation_function\":\"gelu\"",
            "\"n_positions\":"),
        json => Gpt2Config.Parse(json, "models/m/config.json"));

    public static FuzzTarget CreateVocabulary() => new(
        "vocab.json",
        5_000,
        Words.Of(Vocabulary),
        Words.Of("\"Ġ\":", "\"a\":0", "\"<|endoftext|>\":1"),
        json => ReadTokenizer(json, Encoding.UTF8.GetBytes(Merges)))
    {
        BytesPerByte = 2000,
    };

    public static FuzzTarget CreateMerges() => new(
        "merges.txt",
        5_000,
        Words.Of(Merges),
        Words.Of("\n", " ", "h e\n", "Ġ h\n", "#version", "\r\n"),
        text => ReadTokenizer(Encoding.UTF8.GetBytes(Vocabulary), text))
    {
        // The vocabulary beside it is read too.
        FixedBytes = 4 * 1024 * 1024,
    };

    public static FuzzTarget CreateAutoencoder() => new(
        "autoencoder", 10_000, [Autoencoder("ReLU"), Autoencoder(
            "TopK", ("k", "2"), ("postact_fn", "ReLU"))], [.. SafetensorsTarget.Grammar, .. Words.Of(
            "activation", "TopK", "ReLU", "Identity", "\"k\":\"0\"", "pre_bias", "encoder.weight")], ParseAutoencoder)
    {
        Mutate = SafetensorsTarget.MutateFile,
    };

    private static void ReadTokenizer(byte[] vocabulary, byte[] merges)
    {
        using var tokenizer = Synchronously.Run(TextTokenizer.LoadAsync(new TokenizerFiles(vocabulary, merges)));
    }

    private static void ParseAutoencoder(byte[] bytes)
    {
        var file = Synchronously.Run(
            SafetensorsFile.OpenAsync(new CountingByteSource("autoencoders/a/0.safetensors", bytes), CancellationToken.None));
        Synchronously.Run(Engine.Autoencoders.Autoencoder.LoadAsync(file, CancellationToken.None));
    }

    private static byte[] Autoencoder(string activation, params (string Key, string Value)[] more) => SafetensorsBytes.Of(
        more.Append(("activation", activation)).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        (new("pre_bias", TensorDtype.F32, [3]), new float[3]),
        (new("encoder.weight", TensorDtype.F32, [4, 3]), new float[12]),
        (new("latent_bias", TensorDtype.F32, [4]), new float[4]),
        (new("decoder.weight", TensorDtype.F32, [3, 4]), new float[12]));

    /// <summary>
    /// The 256 bytes as GPT-2 spells them (those that can't be printed moved up behind all others), and the tokens of the merges.
    /// </summary>
    private static string CreateVocabularyFile()
    {
        var printable = Enumerable.Range('!', '~' - '!' + 1).Concat(Enumerable.Range('¡', '¬' - '¡' + 1)).Concat(
            Enumerable.Range('®', 'ÿ' - '®' + 1)).ToList();
        var tokens = printable.Concat(Enumerable.Range(256, 256 - printable.Count)).Select(c => $"{(char)c}").Concat(
            ["he", "ll", "hell", "hello", "<|endoftext|>"]);
        return JsonSerializer.Serialize(tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id));
    }
}
