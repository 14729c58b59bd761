using System.Text;

namespace AeServerless.Robustness.Tests.Fuzzing;

internal static class Words
{
    public static byte[][] Of(params IEnumerable<string> words) => [.. words.Select(Encoding.UTF8.GetBytes)];
}
