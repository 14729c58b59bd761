namespace AeServerless.Infra.Tests.Bicep;

internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Type errors are warnings with exit code 0: only silence is success.</summary>
    public bool Clean => ExitCode == 0 && Errors.Length == 0;
}
