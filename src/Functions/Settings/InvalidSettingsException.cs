namespace AeServerless.Functions.Settings;

/// <summary>The function app can't start with its settings. The message lists every problem: setting, value and what would be right.</summary>
/// <param name="problems">One line a problem.</param>
public sealed class InvalidSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One line a problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
