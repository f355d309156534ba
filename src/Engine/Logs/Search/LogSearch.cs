using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

public enum SearchOrder { Newest, Oldest }

/// <summary>Which lines of which containers. What is not said does not narrow it.</summary>
public sealed record LogSearch
{
    /// <summary>Lines that contain this, ignoring case.</summary>
    public string? Text { get; init; }

    /// <summary>Lines that this expression matches somewhere, ignoring case. .NET's syntax without what needs going back: lookarounds, backreferences, atomic groups.</summary>
    public string? Regex { get; init; }

    /// <summary>Text, Regex and Not tell apart large and small letters.</summary>
    public bool MatchCase { get; init; }

    /// <summary>Without lines that contain this.</summary>
    public string? Not { get; init; }

    /// <summary>Lines that Text and Regex do not find, in place of those that they do.</summary>
    public bool Invert { get; init; }

    /// <summary>Each a container's id or name (of removed ones too: all that had that name), <c>stack:NAME</c>, <c>service:STACK/NAME</c>, <c>label:KEY</c> or <c>label:KEY=VALUE</c>. Empty: all.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>Empty: all.</summary>
    public ImmutableArray<LineLevel> Levels { get; init; } = [];

    /// <summary>Null: both.</summary>
    public OutputStream? Output { get; init; }

    /// <summary>Of lines in JSON or logfmt: <c>status=500</c>, <c>status!=200</c>, <c>duration&gt;100</c>, <c>path~/api</c> (contains), <c>user.name=ann</c>, <c>trace_id</c> (is there). All of them hold.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    public SearchOrder Order { get; init; }

    /// <summary>Lines at most; a download has no such end.</summary>
    public int Limit { get; init; } = 500;

    /// <summary>Look at the rest too when there are enough lines, so that histogram and count tell all.</summary>
    public bool Count { get; init; } = true;

    /// <summary>Go on behind the lines of an equal search: its <see cref="LogSearchBatch.Next"/>.</summary>
    public string? After { get; init; }
}
