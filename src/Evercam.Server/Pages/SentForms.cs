using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.LogIn;

namespace Evercam.Server.Pages;

/// <summary>
/// Answers a form that is sent twice like the one that came first: it is carried out once, and whoever clicked twice, or went back and
/// sent it again, sees what became of it. Each form on a page has a number (<see cref="Parts.PostForm"/>); what comes with the same
/// number and the same content within a minute is the same form. Of two at once, the second waits for the first. Programs send no
/// number, and each of their forms counts. Where another content came with the number meanwhile, what came before is forgotten: to send
/// it again then is to want it back.
/// </summary>
internal sealed class SentForms(TimeProvider clock)
{
    /// <summary>The field that holds a form's number.</summary>
    public const string Field = "form_number";

    /// <summary>How many answers are remembered.</summary>
    private const int MostAnswers = 2_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();

    /// <summary>By their prints.</summary>
    private readonly Dictionary<string, SentForm> forms = [];

    /// <summary>The last one that came with a number, by the number's print.</summary>
    private readonly Dictionary<string, SentForm> newest = [];
    private readonly Queue<(SentForm Form, long Since)> answered = new();

    /// <summary>A number that nobody guesses: it is all that tells whose form it is, as long as nobody is logged in.</summary>
    public static string NewNumber() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Carries a form out, unless that was done already.</summary>
    /// <param name="context">The request that brings it.</param>
    /// <param name="carryOut">Does what the form asks, and tells whether it did: who is asked to log in first may send it again.</param>
    public async Task AnswerAsync(HttpContext context, Func<Task<bool>> carryOut)
    {
        var read = await Params.ReadAsync(context);
        if (read.FindText(Field) is not { } number)
        {
            await carryOut();
            return;
        }

        // Whoever has given the password only has a cookie that says so: its answer logs in.
        var place = $"{context.Request.Path}{context.Request.QueryString} {context.Request.Cookies[HalfLogIns.Cookie]}";
        var (print, numberPrint) = (FormPrint.Of(place, read.Body), FormPrint.Of(number));
        var session = context.Request.Cookies[Sessions.Cookie];
        while (true)
        {
            var (form, isFirst) = Enter(print, numberPrint, session);
            if (isFirst)
            {
                await CarryOutAsync(form, context, carryOut);
                return;
            }

            if (!form.IsFrom(session))
            {
                // Somebody else is logged in with this browser by now.
                await carryOut();
                return;
            }

            if (await form.Answer.WaitAsync(context.RequestAborted) is { } answer)
            {
                await (await answer.HoldsAsync(context) ? answer.RepeatAsync(context) : carryOut());
                return;
            }
        }
    }

    /// <summary>The answer is remembered before it is sent: the browser may not be there any more.</summary>
    private async Task CarryOutAsync(SentForm form, HttpContext context, Func<Task<bool>> carryOut)
    {
        var (answer, isDone) = (default(FormAnswer), false);
        try
        {
            (answer, isDone) = await FormAnswer.RecordAsync(context, carryOut);
        }
        finally
        {
            Leave(form, isDone && answer is { IsGood: true } ? answer : null);
        }

        await answer.WriteBodyAsync(context);
    }

    private (SentForm Form, bool IsFirst) Enter(string print, string number, string? session)
    {
        lock (gate)
        {
            while (answered.TryPeek(out var oldest) && (answered.Count > MostAnswers || clock.GetElapsedTime(oldest.Since) >= Memory))
            {
                answered.Dequeue();
                Forget(oldest.Form);
            }

            if (forms.TryGetValue(print, out var known))
            {
                return (known, false);
            }

            if (newest.TryGetValue(number, out var older))
            {
                Forget(older);
            }

            var form = new SentForm(print, number, session);
            forms.Add(print, form);
            newest.Add(number, form);
            return (form, true);
        }
    }

    private void Leave(SentForm form, FormAnswer? answer)
    {
        lock (gate)
        {
            if (answer is { IsSmall: true })
            {
                answered.Enqueue((form, clock.GetTimestamp()));
            }
            else
            {
                Forget(form);
            }
        }

        form.Decide(answer);
    }

    /// <summary>It, and not another one that has come in its place.</summary>
    private void Forget(SentForm form)
    {
        if (forms.GetValueOrDefault(form.Print) == form)
        {
            forms.Remove(form.Print);
        }

        if (newest.GetValueOrDefault(form.Number) == form)
        {
            newest.Remove(form.Number);
        }
    }

    /// <summary>A form that came.</summary>
    /// <param name="print">What it holds.</param>
    /// <param name="number">The print of its number.</param>
    /// <param name="session">The cookie that it came with; <see langword="null"/> if nobody was logged in.</param>
    private sealed class SentForm(string print, string number, string? session)
    {
        private readonly TaskCompletionSource<FormAnswer?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Print => print;

        public string Number => number;

        /// <summary>What became of it; <see langword="null"/> if nothing did, or nobody remembers.</summary>
        public Task<FormAnswer?> Answer => answer.Task;

        /// <summary>Whether it is for whoever sends it with this cookie to see. A form that logs in is sent again with the new one.</summary>
        public bool IsFrom(string? cookie) => session is null || session == cookie;

        public void Decide(FormAnswer? decided) => answer.SetResult(decided);
    }
}
