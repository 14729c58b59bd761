namespace AeServerless.Infra.Tests;

internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The Bicep compiler's type errors are warnings with exit code 0: only silence is success.</summary>
    public bool Silent => ExitCode == 0 && Errors.Length == 0;
}
