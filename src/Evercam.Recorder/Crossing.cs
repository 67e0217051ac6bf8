using Evercam.Archive;
using Evercam.Storage;
using Orleans.Serialization;

namespace Evercam.Recorder;

/// <summary>What a recorder throws on its way to whoever asked it: that may be another server, also of an earlier version. Only kinds of
/// exceptions go which every server knows, and answers as the others do; a driver's own say what they mean by members that stay behind.</summary>
internal static class Crossing
{
    /// <summary>What goes in place of an exception, also within one server, so that all answer alike. Of a bug, the text goes with all that is
    /// known of it.</summary>
    public static Exception Of(Exception reason) =>
        reason.FindPacksAway() is { } away ? new PacksUnavailableException(away.Message)
        : reason.ToPortable() is { } outage ? outage
        : reason is OrleansException { InnerException: null } ? reason
        : IsUnavailable(reason) ? new OrleansException(reason.Message)
        : reason is OperationCanceledException ? new OperationCanceledException(reason.Message)
        : new InvalidOperationException(reason.ToString());

    /// <summary>Whether something that a recorder needs is not there or refuses, and nothing of the program is wrong.</summary>
    public static bool IsUnavailable(Exception reason) =>
        reason is IOException or UnauthorizedAccessException or OrleansException || reason.IsDatabaseUnavailable();

    /// <summary>The failure that says that the packs are away, if that is the reason.</summary>
    public static PacksUnavailableException? FindPacksAway(this Exception reason)
    {
        for (var cause = reason; cause is not null; cause = cause.InnerException)
        {
            if (cause is PacksUnavailableException away)
            {
                return away;
            }
        }

        return null;
    }

    /// <summary>Orleans sends only exceptions of namespaces that it knows: of those in <see cref="Of"/>, it does not know ours and the one of the
    /// database's driver.</summary>
    public static void Admit(ExceptionSerializationOptions options)
    {
        options.SupportedNamespacePrefixes.Add("Evercam");
        options.SupportedNamespacePrefixes.Add("Npgsql");
    }
}
