/**
 * What lines have alike, for packing few of them: without it a block of one row would take five times the room. Blocks that were packed with it
 * need this very text, so it never changes.
 */
export const dictionary = Buffer.from(
  [
    '"deepseek","mistral","groq","xai","openrouter","together","cerebras","cohere","ollama","lmstudio","vllm","demo"',
    '"cancelled","off",null,"client_closed","The client left before the answer was complete.",[null,',
    '"error","miss",0,"provider_rate_limited","provider_overloaded","provider_failed","provider_unreachable","provider_timeout"',
    '"provider_truncated","budget_exceeded","rate_limited","context_too_long","invalid_request"',
    '[{"field":"max_tokens","why":"not known to this model"}],"estimated","unknown"',
    '"openai-responses","gemini","claude-sonnet-4-5","claude-haiku-4-5","gemini-2.5-flash","gpt-4.1","gpt-4.1-mini"',
    '"complex (0.8): anthropic/claude-opus-4-1 is the fastest of the cheapest of 3 good enough (quality 4.6, needs 4), about $0.0',
    '"simple (0.1): openai/gpt-5-nano is the cheapest of 41 good enough (quality 2.4, needs 2), about $0.000"',
    '"openai/gpt-4.1 was asked for by name",true,',
    '"inputTokens":1200,"lastTurnTokens":300,"maxOutputTokens":4096,"turns":3,"tools":12,"images":0,"documents":0,"audio":0,',
    '"needsStructuredOutput":false,"needsReasoning":false,"effort":"medium","streaming":true,"signals":{"code":1,"question":1}},',
    '[1764000000000,"req_mg0000000000","gwk_","anthropic","claude-sonnet-4-5","medium","ok","miss",1234500,null,null,',
    '[{"inputTokens":120,"lastTurnTokens":12,"turns":1,"tools":0,"images":0,"documents":0,"audio":0,"needsStructuredOutput":false,',
    '"needsReasoning":false,"streaming":true,"signals":{}},"Claude Code","anthropic","auto",0.4,"medium (0.4): openai/gpt-5-mini is the',
    ' cheapest of 14 good enough (quality 3.4, needs 3), about $0.001234",true,1200,340,0,0,0,null,null,null,"exact","0123456789ab",',
    '420,2100,200,0,0,null,null,0]]\n[1764000000000,"req_mg0000000001","gwk_","openai","gpt-5-mini","simple","ok","miss",0,null,null,[{',
  ].join(''),
);
