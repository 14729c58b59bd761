using AeServerless.Engine;

namespace AeServerless.Cli.Capture;

/// <summary>Texts on the command line: files, or standard input.</summary>
internal static class TextArgument
{
    /// <summary>What messages call a text, and how it is opened.</summary>
    public static (string Name, Func<Stream> Open) Open(string path) =>
        path == "-" ? ("standard input", Console.OpenStandardInput) : (Existing(path), () => File.OpenRead(path));

    /// <summary>The path of a file that exists.</summary>
    public static string Existing(string path) => File.Exists(path)
        ? path
        : throw new InvalidInputException(
            path, Directory.Exists(path) ? "is a folder; a file is needed" : "does not exist; a file of text or token ids is needed");
}
