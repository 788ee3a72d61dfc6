import { textOf } from '../web.ts';

declare const atob: (text: string) => string;
declare const btoa: (bytes: string) => string;

const CHUNK = 8192;

/** Bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/** The characters, one a byte, that base64 stands for, in either alphabet; null when it is none. */
function binaryOf(text: string): string | null {
  const isOther = text.includes('-') || text.includes('_');
  try {
    return atob(isOther ? text.replaceAll('-', '+').replaceAll('_', '/') : text);
  } catch {
    return null;
  }
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** The bytes of base64; null when it is none. */
export function bytesOfBase64(text: string): Uint8Array | null {
  const binary = binaryOf(text);
  return binary === null ? null : bytesOf(binary);
}

const NOT_ASCII = /[\u0080-\u00ff]/;

/** Base64 as the UTF-8 text that it is; null when it is no base64. */
export function textOfBase64(text: string): string | null {
  const binary = binaryOf(text);
  if (binary === null || !NOT_ASCII.test(binary)) return binary;
  return textOf(bytesOf(binary));
}
