using AeServerless.Engine.Capture;

namespace AeServerless.Engine.Tests.Capture;

internal static class SampleTokenizer
{
    public static Gpt2Tokenizer Load() => Gpt2Tokenizer.Create(
        File.ReadAllBytes(Repository.Sample("model/vocab.json")), File.ReadAllBytes(Repository.Sample("model/merges.txt")), "model");
}
