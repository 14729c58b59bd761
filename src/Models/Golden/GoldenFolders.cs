using AeServerless.Engine;

namespace AeServerless.Models.Golden;

/// <summary>Finds folders of golden data.</summary>
internal static class GoldenFolders
{
    /// <summary>The directory itself if it has the file, else those of its folders that have it, in ordinal order.</summary>
    /// <exception cref="InvalidInputException">None has.</exception>
    public static IReadOnlyList<string> With(string file, string directory)
    {
        if (File.Exists(Path.Combine(directory, file)))
        {
            return [directory];
        }

        IReadOnlyList<string> folders = !Directory.Exists(directory)
            ? []
            : [.. Directory.GetDirectories(directory)
                .Where(folder => File.Exists(Path.Combine(folder, file)))
                .Order(StringComparer.Ordinal)];
        return folders.Count > 0 ? folders : throw new InvalidInputException(directory, $"has no {file}, nor has any folder in it");
    }
}
