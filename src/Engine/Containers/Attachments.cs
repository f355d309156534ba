namespace Brig.Engine.Containers;

/// <summary>Who holds the streams of one program, or waits for its start.</summary>
internal sealed class Attachments
{
    /// <summary>Each costs its shim a descriptor and what it does not fetch.</summary>
    private const int Most = 256;

    private readonly Lock _gate = new();
    private readonly List<Attachment> _all = [];

    /// <param name="whose">For the sentence: container web.</param>
    /// <exception cref="EngineException">Busy: it is one too many.</exception>
    public Attachment Add(Attachment attachment, string whose)
    {
        lock (_gate)
        {
            _all.RemoveAll(gone => gone.IsOver);
            if (_all.Count >= Most)
            {
                throw new EngineException(EngineErrorKind.Busy, $"{Most} clients are attached to {whose} already; detach some of them, or read its log.");
            }
            _all.Add(attachment);
            return attachment;
        }
    }

    /// <summary>The program has ended.</summary>
    public void Ending()
    {
        lock (_gate)
        {
            _all.ForEach(attachment => attachment.Ending());
        }
    }
}
