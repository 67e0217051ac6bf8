using System.Globalization;

namespace Evercam.Storage;

/// <summary>The servers and commands that share a database with this server. It hears what any of them changes, so that it need not ask the
/// database again and again whether what it remembers is still so. And one of the servers has the duty: it does what is to be done once.</summary>
public interface IOtherServers
{
    /// <summary>How long ago it was sure to have heard all that was changed; what was changed since may be news to it.</summary>
    TimeSpan Silence { get; }

    /// <summary>Listens from now on, as long as the services live. What was remembered before may be out of date.</summary>
    /// <param name="changed">Is told what has changed, by whomever. When it returns, that is known here.</param>
    /// <param name="missed">Is told that anything may have changed meanwhile.</param>
    /// <param name="cancellation">Ends the wait for the beginning.</param>
    Task ListenAsync(Action<CatalogChange> changed, Action missed, CancellationToken cancellation);

    /// <summary>Waits until this server has the duty. It keeps it until it ends or loses the database; whoever works on meanwhile takes
    /// row by row what it works on, so that another server which has the duty by then does not do the same.</summary>
    Task AwaitDutyAsync(CancellationToken cancellation);
}

/// <summary>Something that decides who may do what has changed.</summary>
/// <param name="What">Whose.</param>
/// <param name="Key">The key of that user, client or camera.</param>
public readonly record struct CatalogChange(ChangedThing What, long Key)
{
    /// <summary>Reads what the triggers of the database write; <see langword="null"/> if it is not known what that means, such as what
    /// a newer version tells.</summary>
    internal static CatalogChange? Read(string words)
    {
        var parts = words.Split(' ');
        ChangedThing? what = parts[0] switch
        {
            "user" => ChangedThing.User,
            "client" => ChangedThing.Client,
            "camera" => ChangedThing.Camera,
            _ => null,
        };
        return what is { } known && parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            ? new(known, key)
            : null;
    }
}

/// <summary>What has changed.</summary>
public enum ChangedThing
{
    /// <summary>How a user is let in: log-in, password, keys, second factor, log-ins of browsers.</summary>
    User = 1,

    /// <summary>How a client is let in, and what it was allowed.</summary>
    Client = 2,

    /// <summary>Whose a camera is, who may see it, and what it is called.</summary>
    Camera = 3,
}
