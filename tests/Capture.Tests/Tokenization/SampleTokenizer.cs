using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;

namespace AeServerless.Capture.Tests.Tokenization;

internal static class SampleTokenizer
{
    public static TextTokenizer Load() =>
        TextTokenizer.LoadAsync(new ModelFolder(Repository.Sample("model"))).GetAwaiter().GetResult();
}
