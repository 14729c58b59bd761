using AeServerless.Capture.Tokenization;
using AeServerless.TestSupport;

namespace AeServerless.Capture.Tests.Tokenization;

internal static class SampleTokenizer
{
    public static Gpt2Tokenizer Load() => Gpt2Tokenizer.Create(
        File.ReadAllBytes(Repository.Sample("model/vocab.json")), File.ReadAllBytes(Repository.Sample("model/merges.txt")), "model");
}
