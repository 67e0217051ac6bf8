using Evercam.Server.Mail;

namespace Evercam.Server.Shares;

/// <summary>What is written to someone who has no account and is to see a camera. It repeats nothing of what was typed but names that
/// cannot hold a message, and lets nobody in: whose the address is, the mail after signing up finds out.</summary>
internal static class InvitationLetter
{
    public static Letter Of(string sharer, string camera, string server, string link, int days) => new(
        $"{sharer} would like to share a camera with you",
        $"""
        Hello,

        {sharer} would like to share the camera {camera} at {server} with you.
        To see it, sign up there with this address:

          {link}

        You then get another mail to confirm that the address is yours. Confirm it only if the user name in that mail is the one that
        you have chosen: whoever confirms it sees the camera. The invitation is good for {days} {(days == 1 ? "day" : "days")}.

        If you know of no such person, or do not want this, there is nothing to do.

        """);
}
