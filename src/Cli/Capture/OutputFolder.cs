using AeServerless.Engine.IO;

namespace AeServerless.Cli.Capture;

/// <summary>The folder that <c>--out</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>Refuses a path that can't become a folder before anything is computed for it.</summary>
    public static ResultDirectory Create(DirectoryInfo folder)
    {
        for (var at = folder; at is not null; at = at.Parent)
        {
            if (File.Exists(at.FullName))
            {
                throw new CliException($"--out {folder.FullName}: {at.FullName} is a file; choose a path for a folder.");
            }
        }

        return new ResultDirectory(folder.FullName);
    }
}
