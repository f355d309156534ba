using Brig.Engine.Images;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Images;

/// <summary>A health check as a sentence.</summary>
public static class HealthWords
{
    public static string Of(ImageHealthcheck? check) => check?.Test switch
    {
        null or [] => T("image.health.unsaid"),
        ["NONE"] => T("image.health.none"),
        ["CMD-SHELL", var line, ..] => Sentence(check!, line),
        ["CMD", .. var words] => Sentence(check!, CommandLine.Join(words)),
        var words => Sentence(check!, CommandLine.Join(words)),
    };

    private static string Sentence(ImageHealthcheck check, string command)
    {
        var said = T("image.health.every", Span(check.Interval, 30), Escapes.Visible(command), Span(check.Timeout, 30), check.Retries is > 0 and var tries ? tries : 3);
        return check.StartPeriod is { } start && start > TimeSpan.Zero ? said + " " + T("image.health.start", Format.Duration(start)) : said;
    }

    /// <param name="usual">Seconds, as Docker has it when the image says nothing.</param>
    private static string Span(TimeSpan? span, int usual) => Format.Duration(span is { } said && said > TimeSpan.Zero ? said : TimeSpan.FromSeconds(usual));
}
