using System.Globalization;

namespace AeServerless.Functions.Reports;

/// <summary>The report's style: light and dark, and readable on a telephone.</summary>
internal static class ReportStyle
{
    private const int Shades = 9;

    private const string Fixed =
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:70rem;padding:0 1rem}"
        + ".w{overflow-x:auto}table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.15rem .6rem;text-align:right;"
        + "border-bottom:1px solid #8885;white-space:nowrap}td:first-child,th:first-child{text-align:left}"
        + ".t{font-family:ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}.t i{font-style:normal}"
        + "mark{color:inherit;outline:1px solid;border-radius:2px}small{opacity:.8}h3{font-size:1em;margin:.6rem 0 .1rem}"
        + "details{border-top:1px solid #8885}"
        + "summary{cursor:pointer;padding:.25rem 0}.x{margin:.15rem 0}.g{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:280px}"
        + "figcaption{font-size:13px}svg{width:100%;border-bottom:1px solid #8885}svg text{font-size:10px;fill:currentColor}"
        + "path.l{fill:none;stroke:#d9730d;stroke-width:1.5}.p{fill:#d9730d}.n{fill:#2f7ed8}code{background:#8882;padding:0 .2rem}";

    /// <summary>Begins what may be wider than the page: the keyboard reaches it, to scroll.</summary>
    public const string Wide = "<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\"table\">";

    /// <summary>The style sheet.</summary>
    public static string Text { get; } = Fixed + string.Concat(Enumerable.Range(1, Shades).Select(shade => string.Create(
        CultureInfo.InvariantCulture,
        $".p{shade}{{background:rgba(230,130,20,.{shade})}}.n{shade}{{background:rgba(50,130,230,.{shade})}}")));
}
