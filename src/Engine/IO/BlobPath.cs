namespace AeServerless.Engine.IO;

/// <summary>Relative paths within a container or folder. None leaves it.</summary>
public static class BlobPath
{
    /// <summary>Longest blob name that storage takes.</summary>
    public const int MaxLength = 1024;

    /// <summary>Returns the path if it is a relative file path.</summary>
    /// <param name="path">Folders and file name with <c>/</c> between them.</param>
    /// <param name="subject">What the message names as being at fault, such as a field; the path itself by default.</param>
    /// <exception cref="InvalidInputException">
    /// The path is empty, too long, absolute, or has a backslash, a control character, an empty segment, <c>.</c> or <c>..</c>.
    /// </exception>
    public static string Validate(string path, string? subject = null)
    {
        var problem = Problem(path);
        return problem is null ? path : throw new InvalidInputException(
            subject ?? $"path '{OneLineText.Clip(path)}'", Describe(path, subject, problem));
    }

    /// <summary>As <see cref="Validate"/>, for a folder: one trailing <c>/</c> is allowed, and the path is returned with it.</summary>
    public static string ValidateFolder(string path, string? subject = null) =>
        Validate(path.EndsWith('/') ? path[..^1] : path, subject) + "/";

    private static string Describe(string path, string? subject, string problem) =>
        subject is null ? problem : $"'{OneLineText.Clip(path)}' {problem}";

    private static string? Problem(string path)
    {
        if (path.Length == 0)
        {
            return "is empty; a relative path is needed";
        }

        if (path.Length > MaxLength)
        {
            return $"has {path.Length} characters; at most {MaxLength} are allowed";
        }

        if (path[0] == '/')
        {
            return "starts with '/'; a relative path is needed";
        }

        if (path.Contains('\\'))
        {
            return "has a backslash; folders are separated by '/'";
        }

        if (!Characters.AreClean(path))
        {
            return "has a control character or is not valid Unicode";
        }

        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0)
            {
                return "has an empty segment";
            }

            if (segment is "." or "..")
            {
                return $"has the segment '{segment}'; paths can't step out of their folder";
            }
        }

        return null;
    }
}
