using System.CommandLine;

namespace AeServerless.Cli.Arguments;

/// <summary>Arguments that are files.</summary>
internal static class FileArgument
{
    /// <summary>Takes a file that exists; a folder is not one.</summary>
    public static Argument<FileInfo> AcceptExistingFile(this Argument<FileInfo> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(token => token.Value).Where(Directory.Exists))
            {
                result.AddError($"{path} is a folder; a file is needed");
            }
        });
        return argument.AcceptExistingOnly();
    }
}
