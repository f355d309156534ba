using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Web.Hubs;

internal readonly record struct FollowedLine(int Source, LogLine Line);

/// <summary>
/// One batch of several logs, merged by time: <c>{ sources: [{ id, name, image, stack, service, privileged }], lines: [source, position, nanoseconds as string, 1|2, partial 0|1, text][], skipped }</c>.
/// A line names its source by its number among those told so far.
/// </summary>
[JsonConverter(typeof(FollowPushConverter))]
internal readonly record struct FollowPush(ImmutableArray<Container> Sources, ImmutableArray<FollowedLine> Lines, long Skipped);

internal sealed class FollowPushConverter : JsonConverter<FollowPush>
{
    public override void Write(Utf8JsonWriter to, FollowPush push, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[40];
        to.WriteStartObject();
        to.WriteStartArray("sources"u8);
        foreach (var source in push.Sources)
        {
            to.WriteStartObject();
            to.WriteString("id"u8, source.Id.Value);
            to.WriteString("name"u8, source.Name);
            to.WriteString("image"u8, source.Spec.Image);
            to.WriteString("stack"u8, source.Spec.Labels.GetValueOrDefault(FollowSources.Stack));
            to.WriteString("service"u8, source.Spec.Labels.GetValueOrDefault(FollowSources.Service));
            if (source.Spec.Privileged)
                to.WriteBoolean("privileged"u8, true);
            to.WriteEndObject();
        }
        to.WriteEndArray();
        to.WriteStartArray("lines"u8);
        foreach (var (source, line) in push.Lines)
        {
            to.WriteStartArray();
            to.WriteNumberValue(source);
            text.TryWrite($"{line.Position.File}:{line.Position.Offset}", out int length);
            to.WriteStringValue(text[..length]);
            text.TryWrite($"{line.Nanoseconds}", out length);
            to.WriteStringValue(text[..length]);
            to.WriteNumberValue((int)line.Stream);
            to.WriteNumberValue(line.Partial ? 1 : 0);
            to.WriteStringValue(line.Text);
            to.WriteEndArray();
        }
        to.WriteEndArray();
        to.WriteNumber("skipped"u8, push.Skipped);
        to.WriteEndObject();
    }

    public override FollowPush Read(ref Utf8JsonReader from, Type type, JsonSerializerOptions options) => throw new NotSupportedException("Logs are only sent.");
}
