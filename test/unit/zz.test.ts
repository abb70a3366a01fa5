import { ExtendApiFailure } from '../../extend/api/errors';
import { plan } from '../../extend/submission/plan';
import { submit } from '../../extend/submission/submit';
import { batch, FakeServer, inputs, itemsOf, numberOf, origin } from './fakeServer';
const L=(n:number)=>Math.ceil(Math.log2(n));
async function run(n:number,bad:Set<number>,name:(len:number,bads:number[])=>number|undefined){
  let requests=0; const s=new FakeServer();
  const port={...s.port,post:async(body:any)=>{requests++;const idx=body.inputs.flatMap((x:any,i:number)=>bad.has(numberOf(x.file))?[i]:[]);
    if(idx.length){const p=name(body.inputs.length,idx);throw new ExtendApiFailure({kind:'http',status:400,message:p===undefined?'no':`inputs[${p}]`});}
    return {batchId:'b'+requests};}};
  const o=await submit(plan(inputs(n)),batch,port,{origin,concurrency:1,stopAtFirstFailure:false,searchTimeoutMs:0});
  expect(itemsOf(o,'rejected')).toEqual([...bad].sort((a,b)=>a-b));
  expect(itemsOf(o,'accepted').length).toBe(n-bad.size);
  return requests;
}
const rnd=(n:number)=>Math.floor(Math.random()*n);
it('explore',async()=>{
  const out:any={};
  let ex=-99; for(let n=1;n<=140;n++)for(let b=0;b<n;b++)ex=Math.max(ex,await run(n,new Set([b]),()=>undefined)-(2*L(n)+1)); out.single=ex;
  for(const [k,f] of Object.entries({plus1:(l:number,i:number[])=>i[0]!+1,zero:()=>0,last:(l:number)=>l-1,rand:(l:number)=>rnd(l), half:(l:number)=>rnd(2)?undefined:rnd(l)})){
    ex=-99; for(let n=1;n<=140;n++)for(let b=0;b<n;b++)ex=Math.max(ex,await run(n,new Set([b]),f as any)-(2*L(n)+1)); out['wrong_'+k]=ex; }
  const multi:any={};
  for(const [k,f] of Object.entries({none:()=>undefined,right:(l:number,i:number[])=>i[0],plus1:(l:number,i:number[])=>i[0]!+1,rand:(l:number)=>rnd(l),rightrand:(l:number,i:number[])=>rnd(2)?i[rnd(i.length)]:rnd(l)})){
    let a=-999,b2=-999,c=-999,d=-999;
    for(let t=0;t<1500;t++){const n=1+rnd(t%2?1000:60);const K=Math.min(n,1+rnd(19));const s=new Set<number>();while(s.size<K)s.add(rnd(n));
      const r=await run(n,s,f as any);a=Math.max(a,r-(K*(2*L(n)+1)+1));b2=Math.max(b2,r-(2*K*L(n)+1));
      let lv=0;for(let i=0;i<L(n);i++)lv+=Math.min(K,2**i);c=Math.max(c,r-(1+2*lv)); d=Math.max(d,r-(2*K+1));}
    multi[k]={issue:a,k2L1:b2,levels:c,twoKplus1:d};
  }
  console.log(JSON.stringify({out,multi},null,1));
},300000);
