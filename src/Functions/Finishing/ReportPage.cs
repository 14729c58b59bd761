using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using AeServerless.Engine.Results.Summary;

namespace AeServerless.Functions.Finishing;

/// <summary>Renders a run's summary as one page that needs nothing else: no script, no style sheet, no address.</summary>
public static class ReportPage
{
    /// <summary>The file's name beside the run's results.</summary>
    public const string FileName = "report.html";

    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        + "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}"
        + "td:first-child,th:first-child{text-align:left}.text{font-family:ui-monospace,monospace;white-space:pre-wrap}"
        + "mark{background:#ffd54d;padding:0 .1rem}h3{margin:1.2rem 0 .2rem}small{color:#555}";

    /// <summary>Renders a summary. The same summary gives the same bytes.</summary>
    public static byte[] Render(RunSummary summary)
    {
        var page = new StringBuilder();
        var title = Text(summary.Recipe is null ? summary.Dataset : $"{summary.Recipe} over {summary.Dataset}");
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(title);
        page.Append("</title><style>").Append(Style);
        page.Append("</style></head><body>\n<h1>").Append(title).Append("</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{summary.Tokens:N0} tokens in {summary.Sequences:N0} sequences</p>\n");
        AddAutoencoders(page, summary.Autoencoders);
        AddScalars(page, summary.Scalars);
        foreach (var autoencoder in summary.Autoencoders)
        {
            AddLatents(page, autoencoder);
        }

        return Encoding.UTF8.GetBytes(page.Append("</body></html>\n").ToString());
    }

    private static void AddAutoencoders(StringBuilder page, IReadOnlyList<AutoencoderSummary> autoencoders)
    {
        page.Append("<table><tr><th>Autoencoder</th><th>Layer</th><th>Tokens</th><th>Not finite</th><th>L0</th>");
        page.Append("<th>MSE</th><th>FVU</th><th>Input norm</th></tr>\n");
        foreach (var row in autoencoders)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Autoencoder)}</td><td>{row.Layer}</td><td>{row.Tokens:N0}</td>");
            page.Append(
                CultureInfo.InvariantCulture,
                $"<td>{row.NonFiniteTokens:N0}</td><td>{row.ActiveLatents:F1}{Published(row.Published?.ActiveLatents, "F1")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.MeanSquaredError:G4}</td><td>{row.FractionOfVarianceUnexplained:F3}");
            page.Append(CultureInfo.InvariantCulture, $"{Published(row.Published?.FractionOfVarianceUnexplained, "F3")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.InputNorm:G4}</td></tr>\n");
        }

        page.Append("</table>\n");
        foreach (var row in autoencoders)
        {
            if (row.Excluded is { } excluded)
            {
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(row.Autoencoder)}, layer {row.Layer}: {excluded.Total():N0} tokens ");
                page.Append(CultureInfo.InvariantCulture, $"excluded ({excluded.Masked:N0} masked, {excluded.Positions:N0} by position, ");
                page.Append(CultureInfo.InvariantCulture, $"{excluded.TokenIds:N0} by id, {excluded.NormAbove:N0} by norm)</p>\n");
            }
        }
    }

    private static void AddScalars(StringBuilder page, IReadOnlyList<ScalarSummary> scalars)
    {
        page.Append("<table><tr><th>Derived scalar</th><th>Layer</th><th>Width</th><th>Active latents</th><th>Values</th></tr>\n");
        foreach (var row in scalars)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Scalar)}</td><td>{row.Layer}</td><td>{row.Width:N0}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.ActiveLatents:N0}</td><td>{row.NonZeros:N0}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void AddLatents(StringBuilder page, AutoencoderSummary autoencoder)
    {
        if (autoencoder.StrongestLatents.Count == 0)
        {
            return;
        }

        page.Append(
            CultureInfo.InvariantCulture, $"<h2>Strongest latents of {Text(autoencoder.Autoencoder)}, layer {autoencoder.Layer}</h2>\n");
        foreach (var latent in autoencoder.StrongestLatents)
        {
            var ranking = latent.Scalars[0];
            page.Append(CultureInfo.InvariantCulture, $"<h3>Latent {latent.Latent}</h3><small>at {ranking.Frequency:P2} of tokens, ");
            page.Append(CultureInfo.InvariantCulture, $"mean {ranking.Mean:G4}, max {ranking.Max:G4}</small>\n");
            foreach (var example in ranking.Top)
            {
                AddExample(page, example);
            }
        }
    }

    private static void AddExample(StringBuilder page, ExampleSummary example)
    {
        page.Append(
            CultureInfo.InvariantCulture,
            $"<div><small>{example.Value:G4} · sequence {example.Sequence}, position {example.Position}</small> ");
        if (example.Context is { } context)
        {
            page.Append("<span class=\"text\">");
            for (var i = 0; i < context.Tokens.Count; i++)
            {
                // Without a tokenizer tokens are shown by their ids.
                var token = Text(context.Texts?[i] ?? $"{context.Tokens[i].ToString(CultureInfo.InvariantCulture)} ");
                page.Append(context.FirstPosition + i == example.Position ? $"<mark>{token}</mark>" : token);
            }

            page.Append("</span>");
        }

        page.Append("</div>\n");
    }

    private static string Published(double? figure, string format) => figure is { } known
        ? $" <small>({known.ToString(format, CultureInfo.InvariantCulture)} published)</small>"
        : "";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
