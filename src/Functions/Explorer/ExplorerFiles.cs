using System.Collections.Frozen;
using System.Security.Cryptography;

namespace AeServerless.Functions.Explorer;

/// <summary>The files of the explorer's page, which the build puts into the assembly.</summary>
internal static class ExplorerFiles
{
    public const string Page = "index.html";
    private const string Prefix = "explorer/";
    private const string HashedFolder = "assets/";

    private static readonly Lazy<FrozenDictionary<string, ExplorerFile>> Files = new(Read);

    /// <summary>A file by its path under the page's address, or <see langword="null"/>.</summary>
    public static ExplorerFile? Find(string path) => Files.Value.GetValueOrDefault(path);

    private static FrozenDictionary<string, ExplorerFile> Read()
    {
        var assembly = typeof(ExplorerFiles).Assembly;
        var files = new Dictionary<string, ExplorerFile>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            // Folders of a build on Windows.
            var name = resource.Replace('\\', '/');
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var path = name[Prefix.Length..];
            var hash = Convert.ToHexStringLower(SHA256.HashData(content));
            files.Add(path, new ExplorerFile(content, ContentType(path), $"\"{hash}\"", CacheControl(path)));
        }

        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private static string CacheControl(string path) =>
        path.StartsWith(HashedFolder, StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
}
