import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { answerLate, bodyOf, fail, smallJson } from './demo-answers.ts';
import type { DemoGuide, DemoPace } from './demo-answers.ts';

/** An appointment with the names that SmartFlows' example has: they count letter by letter. */
interface Appointment {
  readonly Patient: string;
  readonly Doctor: string;
  readonly DateText: string;
}

const APPOINTMENTS: ReadonlyMap<string, Appointment> = new Map(
  [
    { Patient: 'P100', Doctor: 'Dr. Ruiz', DateText: 'Tuesday 12 May at 10:30' },
    { Patient: 'P200', Doctor: 'Dr. Okafor', DateText: 'Friday 15 May at 08:00' },
  ].map((one) => [one.Patient, one]),
);

/** What can be tried with appointments. */
export const APPOINTMENTS_GUIDE: readonly DemoGuide[] = [
  { path: 'appointments/P100', answer: '200, an appointment' },
  { path: 'appointments/P200', answer: '200 after 4 seconds: try hold messages' },
  { path: 'appointments/P300', answer: '200, a patient without an appointment' },
  { path: 'appointments/SLOW', answer: '200 after 15 seconds: try timeouts' },
  { path: 'appointments/BROKEN', answer: '500: try failures' },
  { path: 'appointments/anything-else', answer: '404' },
  {
    path: 'PUT appointments/P100',
    answer: '200 for the body {"Date": "2026-05-12"}, 409 for a Monday; nothing is stored',
  },
];

/** The clinic of the flow `appointment` (SmartFlows' External Web Call). */
export function addAppointments(router: Router, pace: DemoPace): void {
  router
    .route('/appointments/:patient')
    .get((request, response) => answerPatient(patientOf(request), response, pace))
    .put(smallJson, (request: Request<{ patient: string }>, response) => {
      const found = APPOINTMENTS.get(patientOf(request));
      if (found === undefined) return noPatient(patientOf(request), response);
      const body = bodyOf(dateBody, request.body, response);
      if (body !== null) move(found, new Date(`${body.Date}T00:00:00Z`), response);
    });
}

const dateBody = z.object({ Date: z.iso.date() });

function patientOf({ params }: Request<{ patient: string }>): string {
  return params.patient.trim().toUpperCase();
}

function answerPatient(patient: string, response: Response, { slow, pause }: DemoPace): void {
  const found = APPOINTMENTS.get(patient);
  if (patient === 'P200' && found !== undefined) answerLate(response, pause, found);
  else if (found !== undefined) response.json(found);
  else if (patient === 'P300') response.json({ Patient: patient, Doctor: 'Dr. Ruiz' });
  else if (patient === 'SLOW')
    answerLate(response, slow, { Patient: patient, Doctor: 'Dr. Slow', DateText: 'some day' });
  else if (patient === 'BROKEN') fail(response, 500, 'This patient always fails, so that failures can be tried.');
  else noPatient(patient, response);
}

function noPatient(patient: string, response: Response): void {
  fail(response, 404, `There is no patient ${patient.slice(0, 40)}.`);
}

const MONDAY = 1;

function move({ Patient, Doctor }: Appointment, day: Date, response: Response): void {
  if (day.getUTCDay() === MONDAY) return fail(response, 409, 'Mondays are always full.');
  const text = day.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
  response.json({ Patient, Doctor, DateText: `${text} at 09:00` });
}
