using System.Text;

namespace Brig.Web.Prometheus;

/// <summary>Labels as they stand between the braces: <c>name="web",image="brig/busybox"</c>. Made once for a scrape, written into hundreds of lines.</summary>
internal static class Labels
{
    /// <summary>Pairs without a value are left out, which means the same.</summary>
    public static byte[] Of(params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        StringBuilder text = new(256);
        foreach (var (name, value) in pairs)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"");
                Escape(text, value);
                text.Append('"');
            }
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The name cAdvisor gives to a container's label: <c>com.docker.compose.project</c> is <c>container_label_com_docker_compose_project</c>.</summary>
    public static string NameOf(string label) => "container_label_" + string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static void Escape(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(c),
            };
        }
    }
}
